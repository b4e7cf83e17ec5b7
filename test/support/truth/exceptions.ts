import type { Format } from './truth-of.ts';

/** How each folder of recordings is read. */
export const formats: Readonly<Record<string, Format>> = {
  'openai-chat': 'openai-chat',
  deepseek: 'openai-chat',
  groq: 'openai-chat',
  mistral: 'openai-chat',
  xai: 'openai-chat',
  'openai-compatible': 'openai-chat',
  'anthropic-messages': 'anthropic-messages',
  'bedrock-converse': 'bedrock-converse',
};

/** Recordings, by name, that are not one answer in their folder's format, and why. */
export const exceptions: Readonly<Record<string, string>> = {
  'openai-chat/openllmetry__assistants-run': 'a run of the Assistants API, not a chat completion',
  'xai/vercel-ai__responses-web-search': 'a Responses stream',
  'openai-compatible/openllmetry__ollama-native-chat': "Ollama's own format",
  'openai-compatible/openllmetry__ollama-native-generate': "Ollama's own format",
  'openai-compatible/openllmetry__replicate': "Replicate's own format: text, no JSON",
  'openai-compatible/openllmetry__watsonx': "watsonx's own format",
  'openai-compatible/openllmetry__writer-completions': "Writer's own format",
  'anthropic-messages/vercel-ai__spliced-message-start':
    'hand-made: a proxy put a second answer into the first, so that no reading of it is the true one',
};
