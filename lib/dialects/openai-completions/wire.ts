/** The name of this dialect, for clients and providers. */
export const dialectName = 'openai-completions';
