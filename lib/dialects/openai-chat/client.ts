import { writeSse } from '../../wire/sse.ts';
import type { ClientDialect } from '../dialect.ts';
import { ChunkEncoder } from '../openai/chunk-encoder.ts';
import { errorAnswerIn, type OpenaiForm, openaiForm } from '../openai/form.ts';
import { limitHeaders } from '../openai/limit-headers.ts';
import { chatChunks } from './choice-writer.ts';
import { ChatCollector } from './collect.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Chat completions for OpenAI clients. */
export const openaiChat: ClientDialect = openaiChatIn(openaiForm);

/** Chat completions for a client family that needs another form. */
export function openaiChatIn(form: OpenaiForm): ClientDialect {
  return {
    name: dialectName,
    idPrefix: 'chatcmpl-',
    contentType: 'text/event-stream; charset=utf-8',
    write: writeSse,
    parse,
    encoder: (options) => new ChunkEncoder(options, form, chatChunks),
    collector: (options) => new ChatCollector(options),
    error: (error, requestId) => errorAnswerIn(form, error, requestId),
    limitHeaders,
  };
}
