/** A model of each kind of provider, since some accept less; any other where there is none. */
export const models: Readonly<Record<string, string>> = {
  converse: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'invoke, Claude': 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  gemini: 'gemini-3-pro',
  messages: 'claude-sonnet-4-5',
};
