/** The name of this dialect. */
export const dialectName = 'anthropic-complete';
