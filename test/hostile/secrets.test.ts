import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { rememberSecret } from '../../lib/redact/redact.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { clients } from '../support/clients.ts';
import { covered, isFull } from '../support/extent.ts';
import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { leaks } from './leaks.ts';

/** Too random for any pattern. Those of AWS have the characters that encodings change. */
const unformed = (name: string, at: number) => `${name}+${(at * 7919 + 104729).toString(36)}/q${at}Zx==`;

const providerKeys = Object.fromEntries(spokenKinds.map(({ name }, at) => [name, unformed(`provider-${name}`, at)]));
const spareKeys = Array.from({ length: 8 }, (_, at) => unformed('spare', at));
const clientKeys = Array.from({ length: 15 }, (_, at) => unformed('client', at));
const aws = { id: 'AKIAIOSFODNN7SLUICE1', secret: unformed('aws-secret', 3), token: unformed('aws-session', 4) };
/** Keys that never pass through us, which a provider may quote all the same. */
const strangers = [
  'sk-proj-Ab12Cd34Ef56Gh78Ij90',
  'sk-ant-api03-Zz99Yy88Xx77Ww66',
  'AKIAIOSFODNN7EXAMPLE',
  'ASIAIOSFODNN7EXAMPLE',
  'AIzaSyA1234567890abcdefghijklmnopqrstuv',
  'xoxb-123456789012-abcdefghijkl',
  'gsk_abcdefghijklmnop1234',
  'hf_abcdefghijklmnop1234',
  'xai-abcdefghijklmnop1234',
  'pplx-abcdefghijklmnop1234',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh1234',
];
const secrets = [...Object.values(providerKeys), ...spareKeys, ...clientKeys, aws.secret, aws.token, ...strangers];

/** How a provider quotes what it was given. */
const quotings: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'percent-encoded': (secret) => encodeURIComponent(secret),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64 of URLs': (secret) => Buffer.from(`key:${secret}`).toString('base64url'),
  'as credentials': (secret) => Buffer.from(`user:${secret}`).toString('base64'),
  'in hexadecimal': (secret) => Buffer.from(secret).toString('hex'),
};

type Gossip = (scene: { providerStream: ProviderStream; socket: Socket; quoted: string }) => void;

const stream = (providerStream: ProviderStream, ...frames: Buffer[]) =>
  Buffer.concat([streamHead(providerStream), chunkOf(...frames), endOfChunks]);
const refusal =
  (status: number): Gossip =>
  ({ providerStream, socket, quoted }) => {
    const { body, headers } = providerStream.refusal('invalid_request_error', `Refused: ${quoted}`);
    socket.end(plainAnswer(status, 'application/json', body, headers));
  };

/** Where a provider quotes it. */
const gossips: Record<string, Gossip> = {
  'a bad request': refusal(400),
  'a bad key': refusal(401),
  'no such model': refusal(404),
  'too many requests': refusal(429),
  'a failure': refusal(500),
  overload: refusal(503),
  'every field of an error': ({ socket, quoted }) => {
    const error = { message: quoted, type: quoted, code: quoted, param: quoted, inner: { text: [quoted] }, [quoted]: quoted };
    socket.end(plainAnswer(400, 'application/json', JSON.stringify({ error, message: quoted, type: 'error', [quoted]: 1 })));
  },
  'text for JSON': ({ socket, quoted }) => void socket.end(plainAnswer(500, 'text/plain', `It fell over: ${quoted}`)),
  'a page': ({ socket, quoted }) => void socket.end(plainAnswer(502, 'text/html', `<h1>${quoted}</h1>`)),
  'its headers': ({ socket, quoted }) =>
    void socket.end(
      plainAnswer(400, 'application/json', '{}', [`x-key: ${quoted}`, `retry-after: ${quoted}`, `x-amzn-errortype: ${quoted}`]),
    ),
  'its content type': ({ socket, quoted }) => void socket.end(plainAnswer(200, `text/${quoted}`, 'x')),
  'a redirect': ({ socket, quoted }) =>
    void socket.end(plainAnswer(302, 'text/plain', '', [`location: http://127.0.0.1:1/${quoted}`])),
  'a failure before content': ({ providerStream, socket, quoted }) =>
    void socket.end(stream(providerStream, providerStream.failure('server_error', quoted))),
  'a failure after content': ({ providerStream, socket, quoted }) =>
    void socket.end(
      stream(
        providerStream,
        providerStream.envelope,
        providerStream.text('one '),
        providerStream.failure('server_error', quoted),
      ),
    ),
  'an event that is no JSON': ({ providerStream, socket, quoted }) =>
    void socket.end(
      stream(providerStream, providerStream.envelope, providerStream.text('one '), providerStream.frame(`{"half":"${quoted}`)),
    ),
  'text outside every event': ({ providerStream, socket, quoted }) =>
    void socket.end(
      stream(providerStream, providerStream.envelope, providerStream.text('one '), Buffer.from(`error: ${quoted}\n\n`)),
    ),
  'no HTTP': ({ socket, quoted }) => void socket.end(`${quoted}\r\n\r\n`),
};

interface Lab {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly lines: string[];
  readonly provider: RawServer;
}

let gossip: { tell: Gossip; quote: (secret: string) => string } = { tell: refusal(500), quote: (secret) => secret };
const labs = new Map<ProviderStream, Lab>();

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.secret);
  vi.stubEnv('AWS_SESSION_TOKEN', aws.token);
  for (const secret of clientKeys) rememberSecret(secret);
  for (const providerStream of spokenKinds) labs.set(providerStream, await lab(providerStream));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const { provider } of labs.values()) await provider.close();
});

/** A gateway before a provider that quotes what it was given. */
async function lab(providerStream: ProviderStream): Promise<Lab> {
  const provider = await rawServer((socket, request) => {
    const given = [...secrets.filter((secret) => request.includes(secret)), ...strangers];
    gossip.tell({ providerStream, socket, quoted: given.map(gossip.quote).join(' and ') });
  });
  const file = 'the test';
  const environment = Object.fromEntries([
    ...Object.entries(providerKeys).map(([name, secret]) => [`KEY_${name}`, secret]),
    ...spareKeys.map((secret, at) => [`SPARE_${at}`, secret]),
    ['AWS_REGION', 'eu-west-1'],
  ]);
  const entry = (key: string) => ({ kind: providerStream.kind, baseUrl: provider.url.href, key: { env: key } });
  const config = checkConfig(
    {
      retries: 0,
      providers: {
        first: entry(`KEY_${providerStream.name}`),
        ...Object.fromEntries(spareKeys.map((_, at) => [`spare${at}`, entry(`SPARE_${at}`)])),
      },
      models: {
        steady: { targets: [`first/${providerStream.model}`] },
        ...Object.fromEntries(spareKeys.map((_, at) => [`model${at}`, `spare${at}/${providerStream.model}`])),
      },
    },
    file,
  );
  const lines: string[] = [];
  const sluice = createSluice({
    config,
    file,
    providers: configuredProviders(config, environment, file),
    keys: clientKeys.map((secret, at) => ({ id: `client-${at}`, sha256: keyDigest(secret), models: ['*'] })),
    log: (line) => lines.push(line),
  });
  return { fetch: allFunctions(sluice), lines, provider };
}

let answers = 0;
afterAll(() => covered(`${secrets.length} planted secrets, ${answers} answers with their headers and lines of the log`));

/** Asks, and finds no secret in anything that comes of it. */
async function askAndLook({ fetch, lines }: Lab, path: string, body: JsonObject, clientKey: string, headers = {}): Promise<void> {
  const known = lines.length;
  const answer = await fetch(
    new Request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clientKey}`, ...headers },
      body: JSON.stringify(body),
    }),
  );
  const bytes = Buffer.from(await answer.arrayBuffer());
  await expect.poll(() => lines.length, { interval: 2 }).toBe(known + 1);
  expect(leaks(bytes.toString('latin1'), secrets), `the body: ${bytes}`).toEqual([]);
  expect(leaks(JSON.stringify([...answer.headers]), secrets), 'the headers').toEqual([]);
  expect(leaks(lines.at(-1) ?? '', secrets), `the log: ${lines.at(-1)}`).toEqual([]);
  answers++;
}

test('there are forty secrets, and they are found in every encoding', () => {
  expect(secrets.length).toBeGreaterThanOrEqual(40);
  expect(new Set(secrets).size).toBe(secrets.length);
  for (const secret of secrets) {
    for (const quote of Object.values(quotings)) {
      const quoted = JSON.stringify({ message: `Refused: ${quote(secret)}!` });
      expect(leaks(quoted, secrets), quoted).toContain(secret);
    }
  }
});

describe('a provider that quotes its key, and those of others, in', () => {
  const names = Object.keys(quotings);
  test.each(Object.entries(gossips).map(([what, tell], at) => [what, tell, at] as const))('%s', async (_, tell, at) => {
    for (const [index, providerStream] of spokenKinds.entries()) {
      const one = labs.get(providerStream);
      if (!one) continue;
      const clientsNow = isFull ? clients : clients.filter((_, which) => (which + at + index) % 3 === 0);
      for (const [which, client] of clientsNow.entries()) {
        for (const [turn, name] of (isFull ? names : ['as it is', names[(at + index + which) % names.length] ?? '']).entries()) {
          // What is unknown to us is known by its look alone, which an encoding takes from it.
          gossip = { tell, quote: (secret) => (strangers.includes(secret) ? secret : (quotings[name] ?? String)(secret)) };
          const { path, body } = client.ask(
            turn % 2 === 0 ? 'steady' : `model${(at + which) % spareKeys.length}`,
            (which + turn) % 2 === 0,
          );
          await askAndLook(one, path, body, clientKeys[(at + which) % clientKeys.length] ?? '');
        }
      }
    }
  });
});

describe('a client that puts its key in the wrong place', () => {
  test('has it neither forwarded, returned nor logged', async () => {
    gossip = { tell: refusal(400), quote: (secret) => secret };
    for (const [providerStream, one] of labs) {
      for (const [at, client] of clients.entries()) {
        const key = clientKeys[at] ?? '';
        const { path, body } = client.ask('steady', false);
        await askAndLook(one, path, { ...body, [key]: 1 }, key);
        await askAndLook(one, path, body, key, { 'x-key': key, 'anthropic-beta': 'a', cookie: `key=${key}`, 'user-agent': key });
        await askAndLook(one, `${path}?key=${encodeURIComponent(key)}`, body, key);
        await askAndLook(one, `/v1/${encodeURIComponent(key)}`, body, key);
        const named = client.ask(encodeURIComponent(key), true);
        await askAndLook(one, named.path, named.body, key);
      }
      if (providerStream.kind !== 'bedrock') continue;
      // The key that signs is in no request, the one that is sent beside the signature is.
      expect(one.provider.received.join('\n')).not.toContain(aws.secret);
      expect(one.provider.received.join('\n')).toContain(aws.token);
    }
  });

  test('and each key reaches only its own provider', () => {
    for (const [providerStream, { provider }] of labs) {
      const heads = provider.received.map((text) => text.split('\r\n\r\n')[0]).join('\n');
      const given = secrets.filter((secret) => heads.includes(secret));
      expect(given.filter((secret) => clientKeys.includes(secret))).toEqual([]);
      expect(
        given.filter(
          (secret) => secret !== providerKeys[providerStream.name] && !spareKeys.includes(secret) && secret !== aws.token,
        ),
      ).toEqual([]);
    }
  });
});
