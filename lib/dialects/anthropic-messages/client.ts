import { writeSse } from '../../wire/sse.ts';
import type { ClientDialect } from '../dialect.ts';
import { collector } from './collect.ts';
import { encoder } from './encode.ts';
import { errorAnswer } from './errors.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Anthropic's Messages API as its clients speak it. */
export const anthropicMessages: ClientDialect = {
  name: dialectName,
  idPrefix: 'msg_',
  contentType: 'text/event-stream; charset=utf-8',
  write: writeSse,
  parse: (body) => parse(body),
  encoder,
  collector,
  error: errorAnswer,
};
