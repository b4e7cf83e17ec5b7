import { errorLine } from './error-line.ts';

/**
 * Keeps the environment alive when a promise is rejected that nobody awaits, and logs it. Node would end the process,
 * older runtimes do so by a listener of their own, and the answer under way, or the next one, would end with it.
 */
export function surviveRejections(log: (line: string) => void): void {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => log(errorLine('unhandled rejection', reason)));
}
