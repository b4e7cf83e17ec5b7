import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { anthropicComplete } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiCompletions } from '../../lib/dialects/openai-completions/client.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { publicError, withPublicErrors } from '../../lib/http/public-errors.ts';
import { type ErrorKind, errorKinds, SluiceError } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

/** AWS's message for a role without a permission, and our message for the operator. */
const awsWords =
  'User: arn:aws:sts::111122223333:assumed-role/sluice-openai-Role/sluice-openai is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.x';
const internal = /arn:aws|111122223333|assumed-role|secretsmanager|secret-id|sluice\/openai|us-east-1|sluice\.config/;

const dialects: ClientDialect[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  anthropicMessages,
  anthropicComplete,
  bedrockConverse,
  bedrockInvoke,
];

describe('an error with the words of AWS', () => {
  for (const dialect of dialects) {
    test(`reaches no ${dialect.name} client, whatever its kind, before the first byte and after it`, () => {
      const hidden = withPublicErrors(dialect);
      for (const kind of Object.keys(errorKinds) as ErrorKind[]) {
        const error = new SluiceError(kind, awsWords, { upstream: { status: 403, body: { message: awsWords, __type: 'X' } } });
        const answer = hidden.error(error, 'req_1');
        expect(JSON.stringify(answer), kind).not.toMatch(internal);
        expect(answer.status, kind).toBe(dialect.error(error, 'req_1').status);
        const request = { model: 'm', messages: [], parameters: {}, body: {}, stream: true } as never;
        const encoder = hidden.encoder({ request, requestId: 'req_1', id: 'id', model: 'm', created: 0 });
        const frames = [...encoder.open(), ...encoder.write({ type: 'error', error })];
        expect(JSON.stringify(frames), kind).not.toMatch(internal);
      }
    });
  }

  test('keeps its kind, its field and its wait', () => {
    const error = publicError(new SluiceError('rate_limit_exceeded', awsWords, { param: 'model', retryAfterMs: 5000 }));
    expect(error).toMatchObject({ kind: 'rate_limit_exceeded', param: 'model', retryAfterMs: 5000 });
  });

  test("leaves a caller's own names alone", () => {
    const name = 'arn:aws:bedrock:us-east-1:111122223333:inference-profile/mine';
    expect(publicError(new SluiceError('model_not_found', `No model with the name ${name}.`)).message).toContain(name);
  });
});

describe('a deployed gateway', () => {
  const key = 'key-of-a-caller';
  let secrets: EmulatedSecretsManager;
  let bedrock: Server;
  beforeAll(async () => {
    secrets = await startSecretsManager({ secrets: { 'sluice/openai': undefined } });
    // The AWS SDK looks for credentials in the environment of the process.
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    bedrock = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' });
      response.end(JSON.stringify({ message: awsWords }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => bedrock.once('listening', resolve));
  });
  afterAll(async () => {
    await secrets.close();
    vi.unstubAllEnvs();
    bedrock.closeAllConnections();
    bedrock.close();
  });

  const ask = async (path: string, body: JsonObject) => {
    const log: string[] = [];
    const config: ConfigInput = {
      keys: [{ id: 'app', sha256: keyDigest(key) }],
      retries: 0,
      providers: {
        openai: {},
        bedrock: { baseUrl: `http://127.0.0.1:${(bedrock.address() as AddressInfo).port}`, region: 'us-east-1' },
      },
      models: { 'on-bedrock': 'bedrock/us.x' },
    };
    const environment = {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    };
    const functions = allFunctions(deployedSluice({ config, environment, log: (line) => log.push(line) }));
    const response = await functions(
      new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      {},
    );
    return {
      status: response.status,
      text: await response.text(),
      headers: JSON.stringify([...response.headers]),
      log: log.join('\n'),
    };
  };

  const messages = [{ role: 'user', content: 'Hello' }];
  for (const [path, more] of [
    ['/v1/chat/completions', {}],
    ['/v1/messages', { max_tokens: 10 }],
    ['/v1/responses', { input: 'Hello', store: false }],
  ] as const) {
    test(`tells a caller of ${path} nothing of an empty secret, and the log everything`, async () => {
      const { status, text, log } = await ask(path, { model: 'openai/gpt-4o', messages, ...more });
      expect(status).toBe(503);
      expect(text).not.toMatch(internal);
      expect(text).toContain('Send the request id to the operator');
      expect(log).toContain('put-secret-value');
      expect(log).toContain('sluice/openai');
    });

    test(`tells a caller of ${path} nothing of a role without a permission, and the log everything`, async () => {
      const { text, headers, log } = await ask(path, { model: 'on-bedrock', messages, ...more });
      expect(text).toContain('not authorized at the provider');
      expect(text + headers).not.toMatch(internal);
      expect(log).toContain('assumed-role');
    });

    test(`tells a caller of ${path} that a model is missing, and the log how to add it`, async () => {
      const { status, text, log } = await ask(path, { model: 'bedrock/us.other', messages, ...more });
      expect(status).toBe(404);
      expect(text).not.toMatch(internal);
      expect(text).toContain('GET /v1/models');
      expect(log).toContain('sluice.config');
    });
  }
});
