import type { Format } from './truth-of.ts';

const folders: Readonly<Record<string, Format>> = {
  'openai-chat': 'openai-chat',
  deepseek: 'openai-chat',
  groq: 'openai-chat',
  mistral: 'openai-chat',
  xai: 'openai-chat',
  'openai-compatible': 'openai-chat',
  'anthropic-messages': 'anthropic-messages',
  'bedrock-converse': 'bedrock-converse',
  'bedrock-invoke': 'bedrock-invoke',
  'openai-completions': 'openai-completions',
  'anthropic-complete': 'anthropic-complete',
  'openai-responses': 'openai-responses',
  gemini: 'gemini',
};

/** Recordings in a folder of another format, by the start of their names. `_synthetic` ones are handmade. */
const elsewhere: readonly (readonly [name: string, format: Format])[] = [
  ['xai/vercel-ai__responses-web-search', 'openai-responses'],
  ['_synthetic/anthropic-complete', 'anthropic-complete'],
  ['_synthetic/anthropic-midstream', 'anthropic-messages'],
  ['_synthetic/bedrock-converse', 'bedrock-converse'],
  ['_synthetic/bedrock-invoke', 'bedrock-invoke'],
  ['_synthetic/deepseek', 'openai-chat'],
  ['_synthetic/empower', 'openai-chat'],
  ['_synthetic/gemini', 'gemini'],
  ['_synthetic/openai', 'openai-chat'],
  ['_synthetic/predictionguard', 'openai-chat'],
  ['_synthetic/sse-odd-framing', 'openai-chat'],
  ['_synthetic/vllm', 'openai-chat'],
];

/** Recordings that are no single whole answer in their folder's format, and why. */
export const exceptions: Readonly<Record<string, string>> = {
  'openai-chat/openllmetry__assistants-run': 'a run of the Assistants API, not a chat completion',
  'openai-compatible/openllmetry__ollama-native-chat': "Ollama's own format",
  'openai-compatible/openllmetry__ollama-native-generate': "Ollama's own format",
  'openai-compatible/openllmetry__replicate': "Replicate's own format: text, no JSON",
  'openai-compatible/openllmetry__watsonx': "watsonx's own format",
  'openai-compatible/openllmetry__writer-completions': "Writer's own format",
  'anthropic-messages/vercel-ai__spliced-message-start':
    'hand-made: a proxy put a second answer into the first, so that no reading of it is the true one',
  '_synthetic/predictionguard-data-wrapped': "lines as Prediction Guard's own client hands them on, in no wire",
  'bedrock-invoke/dd-trace-py__bedrock-agent': 'an answer of Bedrock Agents, another service',
  'bedrock-invoke/openllmetry__titan-guardrail': 'a blocked prompt: one chunk without any stop',
  'openai-responses/vercel-ai__parallel-wrapper': 'its first and last events were shortened to broken JSON where it was kept',
};

/** The format in which a recording of this name is read; `undefined` where it is in none that we know. */
export function formatOf(name: string): Format | undefined {
  return elsewhere.find(([beginning]) => name.startsWith(beginning))?.[1] ?? folders[name.slice(0, name.indexOf('/'))];
}
