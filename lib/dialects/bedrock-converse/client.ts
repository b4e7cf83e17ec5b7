import { writeAwsEventStream } from '../../wire/aws-event-stream.ts';
import { errorAnswer } from '../bedrock/errors.ts';
import type { ClientDialect } from '../dialect.ts';
import { collector } from './collect.ts';
import { encoder } from './encode.ts';
import { parse } from './parse.ts';
import { dialectName } from './wire.ts';

/** Bedrock's Converse and ConverseStream for AWS SDK clients. */
export const bedrockConverse: ClientDialect = {
  name: dialectName,
  idPrefix: 'msg_',
  contentType: 'application/vnd.amazon.eventstream',
  write: writeAwsEventStream,
  parse,
  encoder,
  collector,
  error: errorAnswer,
};
