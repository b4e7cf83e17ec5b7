// Runs before TypeScript can, so it is plain JavaScript. The other commands use lib/app/command-line.ts.

/**
 * Checks the arguments of a command. Prints the help for `--help`. Ends the process with 2 for an unknown option, and for
 * any other argument unless `takesArguments` is set. Options may have a value: `--name=value`.
 */
export function checkArguments(name, { help, options = [], takesArguments = false }) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  for (const argument of args) {
    const isOption = argument.startsWith('-');
    if (isOption ? options.includes(argument.split('=', 1)[0]) : takesArguments) continue;
    const near = isOption ? nearestOption(argument, ['--help', ...options]) : undefined;
    const reason = isOption
      ? `unknown option ${argument}${near ? `. Did you mean ${near}?` : ''}`
      : `unexpected argument "${argument}"`;
    process.stderr.write(`${name}: ${reason}\n${name} -- --help shows the options.\n`);
    process.exit(2);
  }
  return args;
}

/** The option that shares most letter pairs with this one. */
function nearestOption(argument, options) {
  const pairs = (text) => {
    const letters = [...text.replace(/^-+/, '')];
    return new Set(letters.slice(1).map((letter, index) => letters[index] + letter));
  };
  const wanted = pairs(argument);
  const common = (option) => [...pairs(option)].filter((pair) => wanted.has(pair)).length;
  const [best] = [...options].sort((one, other) => common(other) - common(one));
  return best !== undefined && common(best) * 2 >= wanted.size ? best : undefined;
}
