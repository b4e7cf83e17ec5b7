import type { ClientDialect, EncodeOptions } from '../../lib/dialects/dialect.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';

/** A client dialect in which every event is one line: what passes through policy and delivery can be read off. */
export const plainDialect: ClientDialect = {
  name: 'plain',
  idPrefix: 'plain-',
  contentType: 'text/plain',
  write: ({ data }) => `${data}\n`,
  parse: (body) => plainRequest(body),
  encoder: (_: EncodeOptions) => ({
    open: () => [{ data: 'open' }],
    write: (event) => [{ data: plainLine(event) }],
    heartbeat: () => [{ data: 'heartbeat' }],
  }),
  collector: () => {
    const lines: string[] = [];
    return { write: (event) => lines.push(plainLine(event)), body: () => ({ lines }) };
  },
  error: (error, requestId) => ({ status: error.status, body: { error: error.kind, message: error.message, requestId } }),
};

export function plainRequest(body: JsonObject): ModelRequest {
  return {
    dialect: 'plain',
    body,
    model: String(body.model ?? 'm'),
    stream: body.stream === true,
    messages: [],
    parameters: {},
    spelling: {},
    unknown: [],
    showUsage: false,
  };
}

function plainLine(event: StreamEvent): string {
  switch (event.type) {
    case 'text-delta':
      return event.text;
    case 'error':
      return `error ${event.error.kind}`;
    case 'finish':
      return `finish ${event.reason}`;
    default:
      return event.type;
  }
}
