import type { ClientDialect, Collector, EncodeOptions } from '../dialect.ts';
import { errorAnswer } from '../openai/errors.ts';
import { limitHeaders } from '../openai/limit-headers.ts';
import { ResponsesEncoder, waiting, writeEvent } from './encode.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** OpenAI's Responses API for clients, without stored responses. */
export const openaiResponses: ClientDialect = {
  name: dialectName,
  idPrefix: 'resp_',
  contentType: 'text/event-stream; charset=utf-8',
  comment: waiting,
  write: writeEvent,
  parse,
  encoder: (options) => new ResponsesEncoder(options),
  collector,
  error: errorAnswer,
  limitHeaders,
};

/** The last event of a stream holds the whole response, so a whole answer is taken from there. */
function collector(options: EncodeOptions): Collector {
  const encoder = new ResponsesEncoder(options);
  return {
    write(event) {
      for (const _frame of encoder.write(event));
    },
    body: () => encoder.response,
  };
}
