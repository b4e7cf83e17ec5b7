/** Runs once before all tests, so a run without recordings prints one line, however many files it has. */
export default function notice(): void {
  if (!process.env.RECORDINGS_DIR) console.log('recordings: RECORDINGS_DIR is not set, tests that read recordings are skipped');
}
