/**
 * Every kind of provider. `openai-compatible`, `openai`, `azure`, `predictionguard` and `empower` share one
 * implementation. The others have a file of their own.
 */
export const providerKinds = [
  'openai-compatible',
  'openai',
  'anthropic',
  'gemini',
  'bedrock',
  'azure',
  'predictionguard',
  'empower',
] as const;

export type ProviderKind = (typeof providerKinds)[number];
