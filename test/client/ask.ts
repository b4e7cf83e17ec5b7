import { ReadableStream } from 'node:stream/web';
import { dialects } from '../../lib/client/dialects.ts';
import type { AnswerEvent } from '../../lib/client/index.ts';
import { type DialectName, type StreamOptions, stream } from '../../lib/client/index.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Chunking, whole } from '../support/chunkings.ts';

export const dialectNames = Object.keys(dialects) as DialectName[];

/** Dialects that say nothing but text. */
export const textOnly: ReadonlySet<DialectName> = new Set<DialectName>(['completions', 'complete']);

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const nothing = { type: 'object', properties: {} };
const tools = [
  { name: 'weather', description: 'Tells the weather', schema },
  { name: 'now', description: 'Tells the time', schema: nothing },
];

/** A request in each dialect, with two tools where it has tools; one of them takes no arguments. */
const bodies: Record<DialectName, (model: string, said: string) => JsonObject> = {
  chat: (model, said) => ({
    model,
    messages: [{ role: 'user', content: said }],
    tools: tools.map(({ name, description, schema }) => ({
      type: 'function',
      function: { name, description, parameters: schema },
    })),
  }),
  completions: (model, prompt) => ({ model, prompt, max_tokens: 500 }),
  responses: (model, input) => ({
    model,
    input,
    tools: tools.map(({ name, description, schema }) => ({
      type: 'function',
      name,
      description,
      parameters: schema,
      strict: false,
    })),
  }),
  messages: (model, said) => ({
    model,
    max_tokens: 500,
    messages: [{ role: 'user', content: said }],
    tools: tools.map(({ name, description, schema }) => ({ name, description, input_schema: schema })),
  }),
  complete: (model, prompt) => ({ model, prompt, max_tokens_to_sample: 500 }),
  converse: (modelId, said) => ({
    modelId,
    messages: [{ role: 'user', content: [{ text: said }] }],
    toolConfig: {
      tools: tools.map(({ name, description, schema }) => ({ toolSpec: { name, description, inputSchema: { json: schema } } })),
    },
  }),
};

/** Without tools unless the model is one that calls them. */
export function bodyOf(dialect: DialectName, model: string, said = 'Tell me of Paris.'): JsonObject {
  const { tools, toolConfig, ...body } = bodies[dialect](model, said);
  if (!model.includes('/tools')) return body;
  return { ...body, ...(tools && { tools }), ...(toolConfig && { toolConfig }) };
}

/** The client, asking a server for this model's answer. */
export function ask(baseUrl: string, dialect: DialectName, model: string, options: Partial<StreamOptions> = {}) {
  return stream({ baseUrl, dialect, body: bodyOf(dialect, model), ...options });
}

/** A `fetch` that answers with these bytes, cut into pieces as the network might. */
export function completionHandler(dialect: DialectName, bytes: Uint8Array | string, cut: Chunking = whole): typeof fetch {
  const headers = { 'content-type': dialects[dialect].wire.contentType, 'x-request-id': 'req_1' };
  return async () => new Response(ReadableStream.from(cut(Buffer.from(bytes))) as BodyInit, { headers });
}

/** The client, reading these bytes. */
export function read(
  dialect: DialectName,
  bytes: Uint8Array | string,
  cut: Chunking = whole,
  options: Partial<StreamOptions> = {},
) {
  return stream({ baseUrl: 'http://sluice.test', dialect, body: {}, fetch: completionHandler(dialect, bytes, cut), ...options });
}

/**
 * Events without what dialects name differently, or have no place for: ids, models, counts, their words for an end, and
 * reasoning that has no text, which Responses can only show sealed.
 */
export function comparable(events: readonly AnswerEvent[]): unknown[] {
  const indexOf = (event: AnswerEvent) => ('index' in event ? event.index : -1);
  const withText = new Set(events.filter(({ type }) => type === 'reasoning-delta').map(indexOf));
  const opaque = events.filter(
    (event) =>
      event.type === 'block-start' &&
      (event.block.kind === 'redacted-reasoning' || (event.block.kind === 'reasoning' && !withText.has(event.index))),
  );
  const left = new Set(opaque.map(indexOf));
  return events
    .filter((event) => !left.has(indexOf(event)))
    .map((event) => {
      if (event.type === 'start') return { type: 'start' };
      if (event.type === 'finish') return { type: 'finish', reason: event.reason };
      const { index: _, ...said } = event as Extract<AnswerEvent, { index: number }>;
      return said.type === 'block-start' && said.block.kind === 'tool' ? { ...said, block: { ...said.block, id: '' } } : said;
    });
}
