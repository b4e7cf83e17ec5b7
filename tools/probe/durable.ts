import { randomUUID } from 'node:crypto';
import type { Deployment, Family } from './deployment.ts';
import type { Finding } from './finding.ts';

const prompt = 'Say hello in one short sentence.';

/** Checks durable streams: one answer is read again, replayed, read by a link, and deleted. Costs one short answer. */
export async function durableFindings(deployment: Deployment, family: Family, model: string): Promise<Finding[]> {
  const key = randomUUID();
  const ask = () =>
    send(deployment, 'POST', family.path(model), {
      headers: { 'idempotency-key': key },
      // Converse clients ask for a stream in the path.
      body: { ...family.body(model, prompt), ...(family.name !== 'bedrock' && { stream: true }) },
    });
  const first = await ask();
  const original = await bytesOf(first);
  const id = first.headers.get('x-sluice-stream');
  if (original.includes('streams_unavailable')) {
    return [{ holds: false, text: `a request with an Idempotency-Key: ${first.status}`, fix: unstored }];
  }
  if (!first.ok) return [];
  if (id === null) {
    return first.headers.get('x-sluice-durability') === 'none'
      ? [{ holds: false, text: 'this answer was not stored', fix: unstored }]
      : [{ text: 'durable streams are off' }];
  }
  const path = `/v1/streams/${id}`;
  const again = await ask();
  const replayed = await bytesOf(again);
  const read = await bytesOf(await send(deployment, 'GET', path));
  const link = await send(deployment, 'POST', `${path}/link`, { body: { expires_in: 60 } });
  const { url = '' } = (await link.json().catch(() => ({}))) as { url?: string };
  const linked = url === '' ? '' : await bytesOf(await fetch(url, { signal: AbortSignal.timeout(30_000) }));
  const deleted = await send(deployment, 'DELETE', `${path}?purge=true`);
  await deleted.body?.cancel();
  const gone = await send(deployment, 'GET', path);
  await gone.body?.cancel();
  return [
    {
      holds: again.headers.get('idempotent-replayed') === 'true' && replayed === original,
      text: 'a request that is sent again with its Idempotency-Key gets the same bytes',
      fix: `The second answer had status ${again.status}. A proxy may remove the header.`,
    },
    {
      holds: withoutIds(read) === original,
      text: 'the stream can be read again by its id, byte for byte',
      fix: `Compare GET ${path} with the original. A proxy may change it.`,
    },
    {
      holds: linked !== '' && linked === read,
      text: 'a link reads it without a key',
      fix: 'The URL of the link must reach this server. A proxy has to pass the host in `host` and the scheme in `x-forwarded-proto`.',
    },
    {
      holds: deleted.status === 200 && gone.status === 404,
      text: 'it is gone once it is deleted',
      fix: `DELETE was ${deleted.status}, and reading it afterwards ${gone.status}.`,
    },
  ];
}

const unstored = 'The store did not answer, or the key stores nothing. Search the log for entries whose msg is "streams".';

function send(
  { url, key }: Deployment,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: object } = {},
): Promise<Response> {
  return fetch(url + path, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(120_000),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** The body, one character a byte, because Bedrock's frames are binary. */
async function bytesOf(response: Response): Promise<string> {
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

/** A stream that is read again has an id for each event. */
function withoutIds(text: string): string {
  return text.replace(/^id: \d+\n/gm, '');
}
