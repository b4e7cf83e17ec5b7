/** The command and arguments to run npm: the npm that runs this script, otherwise the one on the PATH. */
export function npm(args: readonly string[]): [command: string, args: string[]] {
  const running = process.env.npm_execpath;
  return running?.endsWith('.js') ? [process.execPath, [running, ...args]] : ['npm', [...args]];
}
