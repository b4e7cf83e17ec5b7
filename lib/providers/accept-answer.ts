import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Bytes, Frames, ReadFrames } from '../wire/frame.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { TransportAnswer } from './transport.ts';

/** How a provider's stream announces itself. */
export interface AnswerForm {
  readonly contentType: string;
}

export const sseAnswer: AnswerForm = { contentType: 'text/event-stream' };
export const awsEventStreamAnswer: AnswerForm = { contentType: 'application/vnd.amazon.eventstream' };

const maxErrorBytes = 64 * 1024;
/** Largest frame taken from a provider; more is refused rather than gathered. */
const maxFrameBytes = 32 * 1024 * 1024;

/**
 * The frames of an answer that is a stream; throws the provider's failure when it is anything else: a refusal, a
 * redirect, JSON or HTML where a stream should be. A stream without a content type is read, since some servers send none.
 */
export async function acceptAnswer(
  answer: TransportAnswer,
  { dialect, read, answerForm }: { dialect: ProviderDialect; read: ReadFrames; answerForm: AnswerForm },
): Promise<Frames> {
  const contentType = answer.headers['content-type']?.toLowerCase() ?? '';
  const accepted = answer.status >= 200 && answer.status < 300;
  if (accepted && (contentType === '' || contentType.startsWith(answerForm.contentType)))
    return read(answer.body, { maxFrameBytes });

  const body = await readText(answer.body);
  if (accepted && !contentType.includes('json')) {
    throw new SluiceError(
      'upstream_protocol_error',
      `The provider answered with ${contentType.split(';')[0]} where a stream was asked for.`,
    );
  }
  if (answer.status >= 300 && answer.status < 400) {
    throw new SluiceError(
      'upstream_redirect',
      'The provider answered with a redirect, which is not followed. Correct its base URL.',
    );
  }
  const failure = dialect.failure(answer.status, body);
  const retryAfterMs = failure.retryAfterMs ?? parseRetryAfter(answer.headers);
  throw new SluiceError(failure.kind, failure.message, { ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

async function readText(body: Bytes): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxErrorBytes) break;
  }
  return Buffer.concat(pieces).toString('utf8');
}
