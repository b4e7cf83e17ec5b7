/**
 * Calls `run` after so many milliseconds of real time, for waits too short for the coarse clock. Doesn't keep the
 * process alive. Returns a function that cancels it.
 */
export function after(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
