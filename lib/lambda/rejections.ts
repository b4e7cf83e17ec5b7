import { errorLine } from './error-line.ts';

/**
 * Keeps the environment alive when a promise rejects that nobody awaits, and logs it. Otherwise Node would end the
 * process (older runtimes do so with their own listener) together with the current or the next response.
 */
export function surviveRejections(log: (line: string) => void): void {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => log(errorLine('unhandled rejection', reason)));
}
