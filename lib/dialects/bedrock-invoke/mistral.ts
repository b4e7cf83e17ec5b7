import type { ModelRequest } from '../../stream/request.ts';
import { lenientObjects, lenientText } from '../lenient-fields.ts';
import type { TextFamily } from './text-family.ts';
import { textTurns } from './turns.ts';

/** Mistral 7B and Mixtral, in their instruction template. */
export const mistral: TextFamily = {
  name: 'bedrock-mistral',
  prompt: (request) => ({ prompt: framed(request) }),
  writers: {
    maxOutputTokens: (value) => ({ max_tokens: value }),
    temperature: (value) => ({ temperature: value }),
    topP: (value) => ({ top_p: value }),
    topK: (value) => ({ top_k: value }),
    stop: (value) => ({ stop: value }),
  },
  maxTokens: 4096,
  maxTemperature: 1,
  read: ({ outputs }) => {
    const [output = {}] = lenientObjects(outputs);
    return { text: lenientText(output.text), stop: lenientText(output.stop_reason) };
  },
  reasons: { stop: 'stop', length: 'length' },
};

/** The template has no system text, so it goes before the first question. */
function framed(request: ModelRequest): string {
  const { system, turns } = textTurns(request);
  const [first, ...more] = turns;
  const all = first ? [{ ...first, text: system === '' ? first.text : `${system}\n\n${first.text}` }, ...more] : [];
  const formattedTurns = all.map(({ role, text }, at) => {
    if (role === 'user') return `[INST] ${text} [/INST]`;
    return at === all.length - 1 ? ` ${text}` : ` ${text}</s>`;
  });
  return `<s>${formattedTurns.join('')}`;
}
