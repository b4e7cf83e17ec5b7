import { afterAll, beforeAll, expect, test } from 'vitest';
import { openaiApp } from '../../functions/openai/app.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';

const clientKey = 'client-key-of-the-burst';
const patience = { timeout: 60_000 };
const atOnce = 200;

let provider: Emulator;
let secrets: EmulatedSecretsManager;
beforeAll(async () => {
  provider = await startEmulator();
  secrets = await startSecretsManager({ secrets: { 'sluice/openai': 'provider-key' } });
});
afterAll(async () => {
  await secrets.close();
  await provider.close();
});

/** The first request of a new environment: it has its own caches, and shares nothing with the others. */
async function coldRequest(): Promise<Response> {
  const sluice = deployedSluice({
    config: {
      keys: [{ id: 'app', sha256: keyDigest(clientKey) }],
      providers: { openai: { baseUrl: provider.openaiUrl } },
      retries: 0,
    },
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: provider.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: provider.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    },
    log: () => {},
  });
  return openaiApp(sluice).request('/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${clientKey}` },
    body: JSON.stringify({ model: 'openai/echo', messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

const burst = () => Promise.all(Array.from({ length: atOnce }, coldRequest));

test(`${atOnce} environments that start at once wait for a slow Secrets Manager`, patience, async () => {
  secrets.delay(3_000);
  const answers = await burst();
  secrets.delay(0);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(secrets.calls).toHaveLength(atOnce);
});

test.each(['throttled', 'silent'] as const)(`${atOnce} of them are asked to retry if it is %s`, patience, async (fault) => {
  secrets.fail(fault);
  const answers = await burst();
  secrets.fail(undefined);
  const said = answers.map(({ status, headers }) =>
    [status, headers.get('x-should-retry'), headers.get('retry-after')].join(' '),
  );
  expect(new Set(said)).toEqual(new Set(['503 true 1']));
});
