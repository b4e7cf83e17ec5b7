/** Runs once before all tests, so that a run without recordings says so in one line whatever the number of its files. */
export default function notice(): void {
  if (!process.env.RECORDINGS_DIR) console.log('recordings: RECORDINGS_DIR is not set, tests that read recordings are skipped');
}
