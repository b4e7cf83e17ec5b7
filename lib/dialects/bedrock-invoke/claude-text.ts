import type { ModelRequest } from '../../stream/request.ts';
import { lenientText } from '../lenient-fields.ts';
import type { TextFamily } from './text-family.ts';
import { textTurns } from './turns.ts';

/** The version that Bedrock requires in every Claude body. */
export const anthropicVersion = 'bedrock-2023-05-31';

/** Claude 1, 2 and Instant: text completion. */
export const claudeText: TextFamily = {
  name: 'bedrock-claude-text',
  prompt: (request) => ({ prompt: framed(request), anthropic_version: anthropicVersion }),
  writers: {
    maxOutputTokens: (value) => ({ max_tokens_to_sample: value }),
    temperature: (value) => ({ temperature: value }),
    topP: (value) => ({ top_p: value }),
    topK: (value) => ({ top_k: value }),
    stop: (value) => ({ stop_sequences: value }),
  },
  maxTokens: 4096,
  maxTemperature: 1,
  read: ({ completion, stop_reason }) => ({ text: lenientText(completion), stop: lenientText(stop_reason) }),
  reasons: { stop_sequence: 'stop', max_tokens: 'length' },
};

/**
 * The exact form: `\n\nHuman: …\n\nAssistant:`, with the system text in front. Claude rejects a prompt that doesn't
 * end with the assistant's turn, and one that ends with white space. A turn to be continued is part of the prompt.
 */
function framed(request: ModelRequest): string {
  const { system, turns } = textTurns(request);
  const formattedTurns = turns.map(({ role, text }) => `\n\n${role === 'user' ? 'Human' : 'Assistant'}: ${text.trim()}`);
  return system.trim() + formattedTurns.join('') + (turns.at(-1)?.role === 'assistant' ? '' : '\n\nAssistant:');
}
