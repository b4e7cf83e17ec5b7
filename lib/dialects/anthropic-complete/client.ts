import { SluiceError } from '../../stream/errors.ts';
import { writeSse } from '../../wire/sse.ts';
import { limitHeaders } from '../anthropic/limit-headers.ts';
import { errorAnswer } from '../anthropic-messages/errors.ts';
import type { ClientDialect } from '../dialect.ts';
import { CompletionCollector } from './collect.ts';
import { CompletionEncoder } from './encode.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Anthropic's text completions, `/v1/complete`, for older clients. */
export const anthropicComplete: ClientDialect = anthropicCompleteOf(undefined);

/** The same, for a client that sends this API version. */
export function anthropicCompleteOf(version: string | undefined): ClientDialect {
  return {
    name: dialectName,
    idPrefix: 'compl_',
    contentType: 'text/event-stream; charset=utf-8',
    write: writeSse,
    withoutImages: true,
    parse: (body) => parse(body, { version }),
    encoder: (options) => new CompletionEncoder(options),
    collector: (options) => new CompletionCollector(options),
    error: (error, requestId) => errorAnswer(withDialectMessage(error), requestId),
    limitHeaders,
  };
}

/** The error for an unknown model, in the wording of this dialect. */
function withDialectMessage(error: SluiceError): SluiceError {
  if (error.kind !== 'model_not_found') return error;
  const message = error.message.replace(/^No model with the name `(.*?)` is configured\./, 'Model $1 not found.');
  return new SluiceError(error.kind, message, { cause: error });
}
