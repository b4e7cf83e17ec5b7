import { afterEach, beforeEach, expect, test } from 'vitest';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import type { SluiceError } from '../../lib/stream/errors.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';

let manager: EmulatedSecretsManager;
let server: RawServer;
beforeEach(async () => {
  manager = await startSecretsManager({ secrets: { 'team/lab': 'key-of-the-team' } });
  server = await rawServer((socket) => void socket.end('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'));
});
afterEach(() => Promise.all([manager.close(), server.close()]));

/** Asks the provider of this entry as the dev server would; the head of what it was sent, or why nothing was. */
async function asked(entry: object, environment: Record<string, string>): Promise<string> {
  const config = checkConfig({ providers: { lab: { kind: 'openai-compatible', baseUrl: server.url.href, ...entry } } }, 'c');
  const lab = await configuredProviders(config, environment, 'c').get('lab')?.apiFor('', 'm');
  const signal = new AbortController().signal;
  const failure = await lab?.open({ model: 'm', body: {}, signal, onConnected: () => {} }).catch((error: SluiceError) => error);
  return server.received[0] ?? (failure as SluiceError).message;
}

const aws = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

test('a key comes from its variable on a laptop', async () => {
  expect(await asked({ key: { env: 'LAB_KEY' } }, { LAB_KEY: ' key-of-the-lab\n' })).toContain(
    'authorization: Bearer key-of-the-lab\r\n',
  );
});

test('or from its secret, if there are AWS credentials', async () => {
  expect(await asked({ key: { secret: 'team/lab' } }, aws())).toContain('authorization: Bearer key-of-the-team\r\n');
});

test('a missing key is an error that says what to set', async () => {
  expect(await asked({ key: { env: 'LAB_KEY' } }, {})).toBe('The key of provider `lab` is not set. Set LAB_KEY.');
  expect(await asked({ key: { secret: 'team/lab' } }, { ...aws(), AWS_REGION: '' })).toContain(
    'or give the provider a `key: { env }`',
  );
});

test('a server that needs no key gets none', async () => {
  expect(await asked({}, aws())).not.toMatch(/authorization/i);
  expect(manager.calls).toEqual([]);
});
