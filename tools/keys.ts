// `npm run keys -- create|list|revoke|rotate|import`: manages the client keys in sluice.keys.json or in the stack's table.
import { AwsError } from '../lib/aws/aws-error.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { createKey } from './keys/create.ts';
import { importKeys } from './keys/import.ts';
import { listKeys } from './keys/list.ts';
import { revokeKey } from './keys/revoke.ts';
import { rotateKey } from './keys/rotate.ts';
import { UsageError } from './keys/usage-error.ts';

const commands: Readonly<Record<string, (args: string[], configFile: string) => Promise<void>>> = {
  create: createKey,
  list: listKeys,
  revoke: revokeKey,
  rotate: rotateKey,
  import: importKeys,
};

const usage = `npm run keys -- create <id>   creates a key. It is printed once and stored only as its SHA-256 digest
  --models <names>                 models that the key may use, separated by commas (default: all)
  --requests-per-minute <number>
  --tokens-per-minute <number>
  --concurrent-streams <number>    requests in progress at the same time
  --dollars-per-day <number>
  --expires <date>                 such as 2027-01-31. The key is invalid from the beginning of that day (UTC)
  --durability none                stores nothing of the answers to this key
  --label <label>                  a label inside the key, such as live or test
npm run keys -- list               lists all keys, without their secret part
npm run keys -- revoke <id>        revokes a key
npm run keys -- rotate <id>        creates another key for the same id
  --keep-old <duration>            how long the old key stays valid in the table (default: 24h)
npm run keys -- import             moves the keys of sluice.keys.json into the table

With keys: { store: 'dynamodb' } in the configuration, keys are in the table of the deployed stack and changes take
effect within a minute. Otherwise they are in sluice.keys.json beside the configuration, and a deployment applies them.

SLUICE_CONFIG sets the configuration file (default: sluice.config.ts).
`;

async function main([name = '', ...args]: string[]): Promise<number> {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(name === '' ? 'expected a command' : `expected a command, found ${JSON.stringify(name)}`);
    await command(args, process.env.SLUICE_CONFIG || 'sluice.config.ts');
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof UsageError || thrown instanceof ConfigError || thrown instanceof AwsError)) throw thrown;
    process.stderr.write(thrown instanceof UsageError ? `keys: ${thrown.message}.\n\n${usage}` : `${thrown.message}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
