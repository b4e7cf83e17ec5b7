import type { FinishReason } from '../../stream/events.ts';

/** The name of this dialect, for clients and providers. */
export const dialectName = 'bedrock-converse';

/** Bedrock's stop reasons for a complete answer. Any unknown value is `other`. */
export const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-call',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
};

/** Bedrock's stop reasons for a failed answer, and what failed. */
export const failedReasons: Readonly<Record<string, string>> = {
  malformed_model_output: 'The model wrote output that Bedrock could not read (malformed_model_output).',
  malformed_tool_use: 'The model wrote a tool call that Bedrock could not read (malformed_tool_use).',
};

/** Image formats by media type. */
export const imageFormats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** Document formats by media type. */
export const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};
