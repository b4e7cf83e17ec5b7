import type { DialectName } from '../../../../lib/client/index.ts';
import { chatBody } from './chat.ts';
import { given, transcript, type Wanted } from './conversation.ts';
import { converseBody } from './converse.ts';
import { messagesBody } from './messages.ts';
import { responsesBody } from './responses.ts';

/** A setting that some dialects can't carry. */
export type Feature = 'system' | 'tools' | 'schema' | 'effort' | 'pictures';

interface RequestForm {
  readonly label: string;
  /** The settings that this dialect can't carry. The page disables them. */
  readonly lacks: readonly Feature[];
  body(wanted: Wanted): object;
}

const onlyText: readonly Feature[] = ['system', 'tools', 'schema', 'effort', 'pictures'];

/** Builds the request in each dialect, in the form that the dialect's own clients send. */
export const requests: Readonly<Record<DialectName, RequestForm>> = {
  chat: { label: 'OpenAI chat completions', lacks: [], body: chatBody },
  responses: { label: 'OpenAI Responses', lacks: [], body: responsesBody },
  messages: { label: 'Anthropic Messages', lacks: [], body: messagesBody },
  converse: { label: 'Bedrock Converse', lacks: [], body: converseBody },
  completions: { label: 'OpenAI text completions', lacks: onlyText, body: completionsBody },
  complete: { label: 'Anthropic text completion', lacks: onlyText, body: completeBody },
};

/** A single prompt is sent unchanged. A conversation becomes a transcript. */
function completionsBody({ model, messages, maxTokens, temperature }: Wanted): object {
  const [only, ...more] = messages;
  const prompt = more.length === 0 && only?.role === 'user' ? only.text : transcript(messages, 'User', 'Assistant');
  return { model, prompt, ...given({ max_tokens: maxTokens, temperature }) };
}

function completeBody({ model, messages, maxTokens = 1024, temperature }: Wanted): object {
  const prompt = `\n\n${transcript(messages, 'Human', 'Assistant')}`;
  return { model, prompt, max_tokens_to_sample: maxTokens, ...given({ temperature }) };
}
