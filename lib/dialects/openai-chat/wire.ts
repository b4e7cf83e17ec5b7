/** The name of this dialect, for clients and providers. */
export const dialectName = 'openai-chat';

/** `message` (Perplexity, Writer) and `text` (Together) repeat the delta. */
export const choiceMembers: ReadonlySet<string> = new Set([
  'index',
  'delta',
  'finish_reason',
  'logprobs',
  'usage',
  'message',
  'text',
]);

export const deltaMembers: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'reasoning_content',
  'reasoning_details',
  'annotations',
  'tool_calls',
  'function_call',
]);
