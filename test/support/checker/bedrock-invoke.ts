import type { JsonObject } from '../../../lib/stream/json.ts';
import { objectOf, parsed, textOf } from '../truth/truth.ts';
import { anthropicMessagesRules, type MessagesStream, readMessages as readEvents } from './anthropic-messages.ts';
import { type AwsStream, awsRules, readMessages } from './aws-messages.ts';
import { type Rule, unless } from './rule.ts';

/** An InvokeModelWithResponseStream answer for a Messages body, and the same as the Messages stream that it holds. */
export interface InvokeStream extends AwsStream {
  readonly chunks: readonly JsonObject[];
  readonly inner: MessagesStream;
}

export function readInvoke(bytes: Uint8Array): InvokeStream {
  const stream = readMessages(bytes);
  const chunkOf = ({ bytes: base64 }: JsonObject) => objectOf(parsed(Buffer.from(textOf(base64), 'base64').toString()));
  const events = stream.messages.map(({ name, failure, payload }): JsonObject => {
    if (!failure) return chunkOf(payload);
    return { type: 'error', error: { type: name, message: textOf(payload.message) }, request_id: 'said by a header' };
  });
  const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const chunks = stream.messages.filter(({ failure }) => !failure).map(({ payload }) => chunkOf(payload));
  return { ...stream, chunks, inner: readEvents(Buffer.from(text)) };
}

const metrics = 'amazon-bedrock-invocationMetrics';

/** The byte contract of an invoked Claude: that of the wire, that of Messages inside it, and what Bedrock does otherwise. */
export const bedrockInvokeRules: readonly Rule<InvokeStream>[] = [
  ...awsRules,
  {
    id: 'chunks',
    says: 'Each event is a chunk that holds one JSON object as base64.',
    broken: ({ messages, chunks }) => [
      ...messages.flatMap(({ name, failure }, at) => unless(failure || name === 'chunk', `message ${at} is ${name}`)),
      ...chunks.flatMap((chunk, at) => unless(Object.keys(chunk).length > 0, `chunk ${at} holds nothing`)),
    ],
  },
  {
    id: 'no-pings',
    says: 'Bedrock sends no pings.',
    broken: ({ chunks }) => chunks.flatMap(({ type }, at) => unless(type !== 'ping', `chunk ${at} is a ping`)),
  },
  {
    id: 'metrics',
    says: 'The last chunk of an answer that is whole counts its tokens, and no other does.',
    broken: ({ chunks }) =>
      chunks.flatMap((chunk, at) => {
        const { inputTokenCount, outputTokenCount } = objectOf(chunk[metrics]);
        const counted = typeof inputTokenCount === 'number' && typeof outputTokenCount === 'number';
        return unless(
          counted === (chunk.type === 'message_stop'),
          `chunk ${at} is a ${chunk.type} ${counted ? 'with' : 'without'} counts`,
        );
      }),
  },
  ...anthropicMessagesRules.map(
    (rule): Rule<InvokeStream> => ({ id: `messages-${rule.id}`, says: rule.says, broken: ({ inner }) => rule.broken(inner) }),
  ),
];
