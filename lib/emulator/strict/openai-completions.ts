import type { JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import { checkHints } from './openai-limits.ts';

const members = new Set(
  `model prompt best_of echo frequency_penalty logit_bias logprobs max_tokens n presence_penalty seed stop stream
  stream_options suffix temperature top_p user`.split(/\s+/),
);

/** Rejects what OpenAI's text completions reject in a request for one of its real models. */
export function checkOpenaiCompletions(_name: string, body: JsonObject): void {
  for (const member of Object.keys(body)) must(members.has(member), `Unrecognized request argument supplied: ${member}`);
  checkHints(body);
  const { max_tokens: requested } = body;
  must(
    typeof requested !== 'number' || requested <= 4096,
    `This model's maximum context length is 4097 tokens, however you requested ${requested} tokens for the completion. Please reduce your prompt; or completion length.`,
    'max_tokens',
  );
}
