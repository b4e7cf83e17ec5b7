/** What this dialect is called. */
export const dialectName = 'anthropic-complete';
