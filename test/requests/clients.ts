import type { JsonObject } from '../../lib/stream/json.ts';
import type { CheckedDialect } from '../support/checker/check.ts';

export type ClientName = 'chat' | 'responses' | 'messages' | 'completions' | 'complete' | 'converse' | 'invoke';

/** How clients of one dialect send a request. */
export interface RequestClient {
  readonly dialect: CheckedDialect;
  readonly headers: Readonly<Record<string, string>>;
  readonly showsUsage?: true;
  path(model: string, stream: boolean): string;
  body(model: string, body: JsonObject, stream: boolean): JsonObject;
}

/** Model and stream are members of the body. */
const inBody = (path: string, dialect: CheckedDialect, headers: Readonly<Record<string, string>> = {}): RequestClient => ({
  dialect,
  headers,
  path: () => path,
  body: (model, body, stream) => ({ model, ...body, stream }),
});

/** Model and stream are in the path. */
const inPath = (operations: readonly [whole: string, streamed: string], dialect: CheckedDialect): RequestClient => ({
  dialect,
  headers: {},
  path: (model, stream) => `/model/${encodeURIComponent(model)}/${operations[stream ? 1 : 0]}`,
  body: (_model, body) => body,
});

const version = { 'anthropic-version': '2023-06-01' };

export const clients: Readonly<Record<ClientName, RequestClient>> = {
  chat: inBody('/v1/chat/completions', 'openai-chat'),
  responses: inBody('/v1/responses', 'openai-responses'),
  messages: inBody('/v1/messages', 'anthropic-messages', version),
  completions: inBody('/v1/completions', 'openai-completions'),
  complete: inBody('/v1/complete', 'anthropic-complete', version),
  converse: inPath(['converse', 'converse-stream'], 'bedrock-converse'),
  invoke: inPath(['invoke', 'invoke-with-response-stream'], 'bedrock-invoke'),
};
