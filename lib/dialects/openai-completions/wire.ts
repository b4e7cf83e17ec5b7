/** What this dialect is called, on both sides. */
export const dialectName = 'openai-completions';
