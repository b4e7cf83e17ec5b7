import type { FinishReason } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { lenientText } from '../lenient-fields.ts';
import type { ParameterWriters } from '../map-parameters.ts';
import type { TextFamily } from './text-family.ts';
import { plainPrompt, textTurns } from './turns.ts';

const writers: ParameterWriters = {
  maxOutputTokens: (value) => ({ max_tokens: value }),
  temperature: (value) => ({ temperature: value }),
  topP: (value) => ({ p: value }),
  topK: (value) => ({ k: value }),
  stop: (value) => ({ stop_sequences: value }),
};

const reasons: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  ERROR_TOXIC: 'content-filter',
};

/** Cohere Command. Uses the first generation. Sluice never requests more than one. */
export const cohereCommand: TextFamily = {
  name: 'bedrock-cohere',
  prompt: (request) => ({ prompt: plainPrompt(request, { user: 'User', assistant: 'Chatbot' }), stream: true }),
  writers,
  maxTokens: 4096,
  read: ({ index = 0, text, finish_reason }) => ({
    text: index === 0 ? lenientText(text) : '',
    stop: lenientText(finish_reason),
  }),
  reasons,
};

/** Cohere Command R. Its last event repeats the whole answer, which has already been sent. */
export const cohereCommandR: TextFamily = {
  name: 'bedrock-cohere-chat',
  prompt: conversation,
  writers,
  maxTokens: 4000,
  read: ({ event_type, text, finish_reason }) => ({
    text: event_type === 'text-generation' ? lenientText(text) : '',
    stop: event_type === 'stream-end' ? lenientText(finish_reason) : '',
  }),
  reasons,
};

/** The last question is separate from the history. An assistant turn at the end can't be continued. */
function conversation(request: ModelRequest): JsonObject {
  const { system, turns } = textTurns(request);
  const last = turns.at(-1);
  const before = last?.role === 'user' ? turns.slice(0, -1) : turns;
  return {
    message: last?.role === 'user' ? last.text : '',
    ...(before.length > 0 && {
      chat_history: before.map(({ role, text }) => ({ role: role === 'user' ? 'USER' : 'CHATBOT', message: text })),
    }),
    ...(system !== '' && { preamble: system }),
  };
}
