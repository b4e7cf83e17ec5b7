import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { completionHandler } from '../../lib/http/completion-handler.ts';
import type { UpstreamRequest } from '../../lib/providers/provider.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Bytes } from '../../lib/wire/frame.ts';
import type { Case } from '../matrix/cases.ts';
import { readers, requestOf } from '../support/translate.ts';

/** Dialects of which any part may be made to fail. */
export interface Parts {
  readonly client: ClientDialect;
  readonly provider: ProviderDialect;
}

/** One request and all that was seen of it. */
export interface Seen {
  readonly status: number;
  readonly requestId: string;
  readonly bytes: Buffer;
  readonly lines: readonly JsonObject[];
  /** Requests to the provider that were neither closed nor read to their end. */
  readonly open: number;
}

/** A placeholder in the configuration, which is never called. */
const lab = { kind: 'openai-compatible' as const, baseUrl: 'http://provider.example/v1' };

/** Asks a whole function, made of these parts, for the recorded answer of this case. */
export async function askBroken(one: Case, parts: Parts, stream: boolean): Promise<Seen> {
  const file = 'the test';
  const lines: JsonObject[] = [];
  const client: ClientDialect = { ...parts.client, parse: (body) => ({ ...parts.client.parse(body), stream }) };
  let open = 0;
  async function* said(): Bytes & AsyncGenerator<Uint8Array> {
    open++;
    try {
      yield one.bytes;
    } finally {
      open--;
    }
  }
  const api = {
    dialect: parts.provider,
    open: async (call: UpstreamRequest) => {
      call.onConnected();
      return readers[one.wire](said(), { maxFrameBytes: 32 << 20 });
    },
  };
  const sluice = createSluice({
    config: checkConfig({ providers: { lab }, models: { m: { targets: ['lab/m'], retries: 0 } } }, file),
    file,
    providers: new Map([['lab', { name: 'lab', apiFor: () => api }]]),
    keys: undefined,
    log: (line) => lines.push(JSON.parse(line)),
  });
  const app = baseApp(sluice, () => client);
  app.post(
    '/v1/ask',
    completionHandler(sluice, () => client),
  );
  const answer = await app.request('http://127.0.0.1/v1/ask', { method: 'POST', body: '{}' });
  const bytes = Buffer.from(await answer.arrayBuffer());
  await new Promise((resolve) => setImmediate(resolve));
  return { status: answer.status, requestId: answer.headers.get('x-request-id') ?? '', bytes, lines, open };
}

/** The real parts of a case, with a request that needs no body of its dialect. */
export function partsOf(one: Case): Parts {
  return {
    client: { ...one.client, parse: () => ({ ...requestOf(one.client.name, true), model: 'm' }) },
    provider: { ...one.provider, build: () => ({ body: {}, dropped: [] }) },
  };
}
