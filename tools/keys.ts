// `npm run keys -- create|list|revoke|rotate|import`: manages the client keys in sluice.keys.json or in the stack's table.
import { readCommandLine, runCommand, UsageError } from '../lib/app/command-line.ts';
import { AwsError } from '../lib/aws/aws-error.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { nearest } from '../lib/config/nearest.ts';
import { createKey } from './keys/create.ts';
import { importKeys } from './keys/import.ts';
import { KeysError } from './keys/keys-error.ts';
import { listKeys } from './keys/list.ts';
import { revokeKey } from './keys/revoke.ts';
import { rotateKey } from './keys/rotate.ts';

const commands: Readonly<Record<string, (args: string[], configFile: string) => Promise<void>>> = {
  create: createKey,
  list: listKeys,
  revoke: revokeKey,
  rotate: rotateKey,
  import: importKeys,
};

const help = `npm run keys -- <command>

  create <id>   creates a key, which is printed once
  list          lists all keys, without their secret part
  revoke <id>   revokes a key
  rotate <id>   creates another key for the same id
  import        moves the keys of sluice.keys.json into the table

With keys: { store: 'dynamodb' } in the configuration, keys are in the table of the deployed stack and changes take
effect within a minute. Otherwise they are in sluice.keys.json beside the configuration, and a deployment applies them.
SLUICE_CONFIG sets the configuration file (default: sluice.config.ts). Each command has its own --help.

Examples
  npm run keys -- create my-app
  npm run keys -- create --help
  npm run keys -- list
`;

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    readCommandLine([name, ...args], { help, positionals: { min: 0, max: Number.POSITIVE_INFINITY } });
    throw new UsageError(
      name === '' ? 'expected a command' : `expected a command, found ${JSON.stringify(name)}${suggestion(name)}`,
    );
  }
  try {
    await command(args, process.env.SLUICE_CONFIG || 'sluice.config.ts');
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof KeysError || thrown instanceof ConfigError || thrown instanceof AwsError)) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    return 1;
  }
}

function suggestion(name: string): string {
  const [near] = nearest(name, Object.keys(commands), 1);
  return near === undefined ? '' : `. Did you mean ${near}?`;
}

process.exitCode = await runCommand('npm run keys', () => main(process.argv.slice(2)));
