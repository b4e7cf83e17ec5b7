import { writeSse } from '../../wire/sse.ts';
import type { ClientDialect } from '../dialect.ts';
import { ChunkEncoder } from '../openai/chunk-encoder.ts';
import { errorAnswerIn, type OpenaiForm, openaiForm } from '../openai/form.ts';
import { limitHeaders } from '../openai/limit-headers.ts';
import { completionChunks } from './choice-writer.ts';
import { CompletionCollector } from './collect.ts';
import { join } from './join.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Text completions for OpenAI clients. */
export const openaiCompletions: ClientDialect = openaiCompletionsIn(openaiForm);

/** Text completions for a client family that needs another form. */
export function openaiCompletionsIn(form: OpenaiForm): ClientDialect {
  return {
    name: dialectName,
    idPrefix: 'cmpl-',
    contentType: 'text/event-stream; charset=utf-8',
    write: writeSse,
    withoutImages: true,
    parse,
    encoder: (options) => new ChunkEncoder(options, form, completionChunks),
    collector: (options) => new CompletionCollector(options),
    join,
    error: (error, requestId) => errorAnswerIn(form, error, requestId),
    limitHeaders,
  };
}
