import type { ThinkingTag } from './thinking-text.ts';

/** How one provider's chat completions differ from OpenAI's. Missing members mean no difference. */
export interface OpenaiChatQuirks {
  /** The name of the output limit in the body. Default: `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Rejects `stream_options` (Mistral always sends usage). */
  readonly streamOptions?: false;
  /** Body members beyond OpenAI's that it takes: `top_k`, `input`, `output`, `include_thinking`. */
  readonly accepts?: readonly string[];
  /** Its value for a tool choice of at least one call of any tool (Empower `any`). */
  readonly anyTool?: 'required' | 'any';
  /** Its models think aloud at the start of the content, between tags of this name. */
  readonly thinkingTags?: ThinkingTag;
  /** Never sends a finish reason (Snowflake). `[DONE]` alone completes an answer. */
  readonly finishOptional?: true;
}
