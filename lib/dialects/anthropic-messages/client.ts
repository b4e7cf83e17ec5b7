import { writeSse } from '../../wire/sse.ts';
import { limitHeaders } from '../anthropic/limit-headers.ts';
import type { ClientDialect } from '../dialect.ts';
import { collector } from './collect.ts';
import { encoder } from './encode.ts';
import { errorAnswer } from './errors.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Anthropic's Messages API for clients. */
export const anthropicMessages: ClientDialect = anthropicMessagesOf(undefined);

/** The same, for a client that sends this API version. */
export function anthropicMessagesOf(version: string | undefined): ClientDialect {
  return {
    name: dialectName,
    idPrefix: 'msg_',
    contentType: 'text/event-stream; charset=utf-8',
    write: writeSse,
    withoutImages: true,
    parse: (body) => parse(body, { version }),
    encoder,
    collector,
    error: errorAnswer,
    limitHeaders,
  };
}
