/** The command and the arguments that run npm: the one that runs this script, else the one on the PATH. */
export function npm(args: readonly string[]): [command: string, args: string[]] {
  const running = process.env.npm_execpath;
  return running?.endsWith('.js') ? [process.execPath, [running, ...args]] : ['npm', [...args]];
}
