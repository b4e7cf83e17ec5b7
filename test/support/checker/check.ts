import type { Truth } from '../truth/truth.ts';
import { type Format, truthOf } from '../truth/truth-of.ts';
import { anthropicCompleteRules, readCompletions } from './anthropic-complete.ts';
import { anthropicMessagesRules, readMessages } from './anthropic-messages.ts';
import { readMessages as readBinary } from './aws-messages.ts';
import { bedrockConverseRules, readConverse } from './bedrock-converse.ts';
import { bedrockInvokeRules, readInvoke } from './bedrock-invoke.ts';
import type { CheckOptions } from './check-options.ts';
import { openaiChatRules } from './openai-chat.ts';
import { openaiCompletionsRules } from './openai-completions.ts';
import { openaiResponsesRules, readResponses } from './openai-responses.ts';
import { readChunks } from './openai-stream.ts';
import { breaches } from './rule.ts';
import { maxLineBytes } from './sse-stream.ts';

/** What a client of the dialect receives in these bytes, and their violations of the byte contract. */
export interface Reading {
  /** Each as `rule id: what is wrong`; empty for a good stream. */
  violations: string[];
  terminal: 'finish' | 'error' | 'none';
  truth: Truth;
}

const checkers = {
  'openai-chat': (bytes, options) => breaches(openaiChatRules, readChunks(bytes, options)),
  'openai-completions': (bytes, options) => breaches(openaiCompletionsRules, readChunks(bytes, options)),
  'anthropic-complete': (bytes) => breaches(anthropicCompleteRules, readCompletions(bytes)),
  'anthropic-messages': (bytes) => breaches(anthropicMessagesRules, readMessages(bytes)),
  'openai-responses': (bytes) => breaches(openaiResponsesRules, readResponses(bytes)),
  'bedrock-converse': (bytes) => breaches(bedrockConverseRules, readConverse(bytes)),
  'bedrock-invoke': (bytes) => breaches(bedrockInvokeRules, readInvoke(bytes)),
} satisfies Partial<Record<Format, (bytes: Uint8Array, options: CheckOptions) => string[]>>;

/** A dialect in which clients are answered, and whose streams can be checked. */
export type CheckedDialect = keyof typeof checkers;

/** Holds one whole answer of ours to every rule of its dialect. */
export function check(dialect: CheckedDialect, bytes: Uint8Array, options: CheckOptions = {}): Reading {
  const truth = truthOf({ format: dialect, bytes }, { asked: options.choices ?? 1 });
  const terminal = truth.error ? 'error' : truth.complete ? 'finish' : 'none';
  const expected = options.expectError === undefined || terminal === (options.expectError ? 'error' : 'finish');
  return {
    violations: [...checkers[dialect](bytes, options), ...(expected ? [] : [`expected-end: the stream ends in ${terminal}`])],
    terminal,
    truth,
  };
}

/**
 * What is wrong with the writes of a stream: each holds whole events, and more than 16 KiB only when it is one event.
 */
export function checkPieces(pieces: readonly Uint8Array[]): string[] {
  return pieces.flatMap((piece, at) => {
    const { events, whole } = piece[0] === 0 ? binaryPiece(piece) : textPiece(piece);
    return [
      ...(whole ? [] : [`whole-events: write ${at} ends inside an event`]),
      ...(piece.length <= maxLineBytes || events <= 1
        ? []
        : [`write-size: write ${at} is ${piece.length} bytes of ${events} events`]),
    ];
  });
}

function textPiece(piece: Uint8Array) {
  const text = Buffer.from(piece).toString('latin1');
  return { events: text.split('\n\n').length - 1, whole: text.endsWith('\n\n') };
}

/** A message begins with its length, of which the first byte is 0. */
function binaryPiece(piece: Uint8Array) {
  const { messages, unreadable } = readBinary(piece);
  return { events: messages.length, whole: unreadable === undefined };
}
