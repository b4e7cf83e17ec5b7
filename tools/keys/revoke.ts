import { keyFileBeside, readKeyFile, writeKeyFile } from '../../lib/config/key-file.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import { nearest } from '../../lib/config/nearest.ts';
import { UsageError } from './usage-error.ts';

/** Revokes a key. Its entry stays, so that log entries with its id always refer to this key. */
export async function revokeKey(args: string[], configFile: string): Promise<void> {
  const [id, ...more] = args;
  if (!id || more.length > 0) throw new UsageError('revoke: expected one id');
  const config = await loadConfig(configFile);
  const keyFile = keyFileBeside(configFile);
  const keys = readKeyFile(keyFile);
  if (!keys.some((key) => key.id === id)) throw new UsageError(`revoke: ${whyNot(id, config.keys, configFile, keyFile)}`);
  writeKeyFile(
    keyFile,
    keys.map((key) => (key.id === id ? { ...key, disabled: true } : key)),
  );
  process.stderr.write(`${JSON.stringify(id)} is revoked. This takes effect after the next start or deployment.\n`);
}

function whyNot(id: string, keys: readonly { id: string }[], configFile: string, keyFile: string): string {
  if (keys.some((key) => key.id === id)) return `${JSON.stringify(id)} is defined in ${configFile}. Remove it there`;
  const [near] = nearest(
    id,
    keys.map((key) => key.id),
    1,
  );
  return `expected the id of a key in ${keyFile}, found ${JSON.stringify(id)}${near === undefined ? '' : `. Did you mean ${JSON.stringify(near)}?`}`;
}
