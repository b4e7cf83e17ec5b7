import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import { type Json, type JsonObject, parseJsonObject } from '../stream/json.ts';
import { parseRetryAfter } from '../transport/retry-after.ts';
import type { TransportResponse } from '../transport/send.ts';
import type { Bytes, Frames, ReadFrames } from '../wire/frame.ts';

/** The content types of a provider's stream. */
export interface StreamFormat {
  readonly contentType: string;
}

export const sseFormat: StreamFormat = { contentType: 'text/event-stream' };
export const awsEventStreamFormat: StreamFormat = { contentType: 'application/vnd.amazon.eventstream' };

const maxErrorBytes = 64 * 1024;
/** The maximum size of a frame or of a whole response. Larger ones are rejected instead of buffered. */
const maxFrameBytes = 32 * 1024 * 1024;

/**
 * The frames of a streamed response. Throws the provider's failure for anything else: an error, a redirect, JSON or
 * HTML instead of a stream. A stream without a content type is accepted, because some servers send none.
 */
export async function acceptResponse(
  answer: TransportResponse,
  { dialect, read, streamFormat }: { dialect: ProviderDialect; read: ReadFrames; streamFormat: StreamFormat },
): Promise<Frames> {
  const contentType = answer.headers['content-type']?.toLowerCase() ?? '';
  const accepted = answer.status >= 200 && answer.status < 300;
  if (accepted && (contentType === '' || contentType.startsWith(streamFormat.contentType)))
    return read(answer.body, { maxFrameBytes });

  throw await refusal(answer, dialect, 'a stream');
}

/** The JSON object of a whole response. Throws like `acceptResponse`. */
export async function acceptJson(answer: TransportResponse, dialect: ProviderDialect): Promise<JsonObject> {
  const accepted = answer.status >= 200 && answer.status < 300;
  const body = accepted ? parseJsonObject(await readText(answer.body, maxFrameBytes)) : undefined;
  if (body) return body;
  if (accepted) throw new SluiceError('upstream_protocol_error', 'The provider sent a response that is not a JSON object.');
  throw await refusal(answer, dialect, 'JSON');
}

/** The token count in a response. Throws `upstream_protocol_error` if there is none. */
export function requireCount(counted: Json | undefined): number {
  if (typeof counted === 'number') return counted;
  throw new SluiceError('upstream_protocol_error', 'The provider responded without a token count.');
}

/** The error for a response that is not `expected`. */
async function refusal(answer: TransportResponse, dialect: ProviderDialect, expected: string): Promise<SluiceError> {
  const contentType = answer.headers['content-type']?.toLowerCase() ?? '';
  const accepted = answer.status >= 200 && answer.status < 300;
  const body = await readText(answer.body, maxErrorBytes);
  if (accepted && !contentType.includes('json')) {
    return new SluiceError('upstream_protocol_error', `The provider sent ${contentType.split(';')[0]} instead of ${expected}.`);
  }
  if (answer.status >= 300 && answer.status < 400) {
    return new SluiceError(
      'upstream_redirect',
      'The provider sent a redirect. Sluice does not follow redirects. Correct the base URL of the provider.',
    );
  }
  const failure = dialect.failure(answer.status, body);
  const retryAfterMs = failure.retryAfterMs ?? parseRetryAfter(answer.headers);
  return new SluiceError(failure.kind, failure.message, { ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** The text of a body, up to slightly more than this size. */
async function readText(body: Bytes, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}
