import type { ModelRequest } from '../../stream/request.ts';
import { lenientText } from '../lenient-fields.ts';
import type { TextFamily } from './text-family.ts';
import { type TextTurns, textTurns } from './turns.ts';

/** Meta's Llama, in the prompt template of each generation. Its body has no stop sequences. */
export const llama: TextFamily = {
  name: 'bedrock-llama',
  prompt: (request, model) => ({ prompt: framed(request, model) }),
  writers: {
    maxOutputTokens: (value) => ({ max_gen_len: value }),
    temperature: (value) => ({ temperature: value }),
    topP: (value) => ({ top_p: value }),
  },
  maxTokens: 2048,
  maxTemperature: 1,
  read: ({ generation, stop_reason }) => ({ text: lenientText(generation), stop: lenientText(stop_reason) }),
  reasons: { stop: 'stop', length: 'length' },
};

/** How a generation marks the start and the end of a turn. */
interface Marks {
  readonly begin: (role: string) => string;
  readonly end: string;
}

const llama3: Marks = { begin: (role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`, end: '<|eot_id|>' };
const llama4: Marks = { begin: (role) => `<|header_start|>${role}<|header_end|>\n\n`, end: '<|eot|>' };

function framed(request: ModelRequest, model: string): string {
  const conversation = textTurns(request);
  if (/llama-?2/.test(model)) return instructions(conversation);
  return marked(conversation, /llama-?4/.test(model) ? llama4 : llama3);
}

/** An assistant turn at the end stays open, so that the model continues it. */
function marked({ system, turns }: TextTurns, { begin, end }: Marks): string {
  const continues = turns.at(-1)?.role === 'assistant';
  const before = system === '' ? '' : begin('system') + system + end;
  const conversation = turns.map(({ role, text }) => begin(role) + text).join(end);
  return `<|begin_of_text|>${before}${conversation}${continues ? '' : end + begin('assistant')}`;
}

/** Llama 2: the question is between `[INST]` and `[/INST]`, with the system text inside the first one. */
function instructions({ system, turns }: TextTurns): string {
  const [first, ...more] = turns;
  const systemPrompt = system === '' ? '' : `<<SYS>>\n${system}\n<</SYS>>\n\n`;
  const all = first ? [{ ...first, text: systemPrompt + first.text }, ...more] : [];
  return all
    .map(({ role, text }, at) => {
      if (role === 'user') return `<s>[INST] ${text} [/INST]`;
      return at === all.length - 1 ? ` ${text}` : ` ${text} </s>`;
    })
    .join('');
}
