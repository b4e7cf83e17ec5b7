import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { linkToken } from '../streams/read-link.ts';
import { publicId } from '../streams/stream-id.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import type { AppContext } from './host.ts';
import { parseJsonBody } from './json-body.ts';
import type { RequestContext } from './request-context.ts';

/** How long a link is valid, in seconds. The longest answer takes less than the default. */
const lifetime = { default: 900, longest: 3600 };

export interface LinkRequest {
  readonly sluice: Sluice;
  readonly head: StreamHead;
  /** The body of the request. An empty one means every default. */
  readonly body: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly context: AppContext;
  readonly requestContext: RequestContext;
}

/** Makes a URL under which a stream can be read without a key for a while, and cancelled if the request wants that. */
export function createLink({ sluice, head, body, now, context, requestContext }: LinkRequest): Response {
  const { raw } = context.req;
  const { expires_in: seconds = lifetime.default, cancel = false } =
    body.length > 0 ? parseJsonBody(body, raw, sluice.bodyLimit) : {};
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > lifetime.longest) {
    throw invalid('expires_in', `must be a number of seconds from 1 to ${lifetime.longest}`);
  }
  if (typeof cancel !== 'boolean') throw invalid('cancel', 'must be true or false');
  const expiresAt = Math.floor(now / 1000) + seconds;
  const id = publicId(head);
  requestContext.known.durable = { id, role: 'linked' };
  const url = streamUrl(raw);
  url.search = `?link=${linkToken(head, { expiresAt, mayCancel: cancel })}`;
  const link: JsonObject = { id, object: 'stream.link', url: url.href, expires_at: expiresAt, cancel };
  return requestContext.json(link, { 'cache-control': 'no-store' });
}

/** The URL of the stream, on the host that the client knows. A proxy that ends TLS passes the scheme in a header. */
function streamUrl({ url, headers }: Request): URL {
  const stream = new URL(url);
  stream.pathname = stream.pathname.slice(0, stream.pathname.lastIndexOf('/link'));
  stream.host = headers.get('host') ?? stream.host;
  if (headers.get('x-forwarded-proto') === 'https') stream.protocol = 'https:';
  return stream;
}

function invalid(param: string, expectation: string): SluiceError {
  return new SluiceError('invalid_request', `\`${param}\` ${expectation}. Leave it out for the default.`, { param });
}
