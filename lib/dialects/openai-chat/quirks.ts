/** How one provider's chat completions differ from OpenAI's. Missing members mean no difference. */
export interface OpenaiChatQuirks {
  /** The name of the output limit in the body. Default: `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Rejects `stream_options` (Mistral always sends usage). */
  readonly streamOptions?: false;
  /** Body members that it rejects. Hints are dropped and listed. Other members make the request fail. */
  readonly forbids?: readonly string[];
  /** Body members beyond OpenAI's that it accepts: `top_k`, `input`, `output`, `include_thinking`. */
  readonly accepts?: readonly string[];
  /** Its value for a tool choice of at least one call of any tool (Empower `any`). */
  readonly anyTool?: 'required' | 'any';
  /**
   * Can't stream a response to a request with tools (a self-hosted server for Empower's models), so Sluice requests
   * the whole answer.
   */
  readonly streamsTools?: false;
  /** Members of an assistant message in which it accepts the reasoning of earlier turns. Default: none. */
  readonly reasoningFields?: readonly ReasoningField[];
  /** Its models put reasoning at the start of the content, between `<thinking>` and `</thinking>` (Empower). */
  readonly thinkingTags?: true;
  /** Never sends a finish reason (Snowflake). `[DONE]` alone completes an answer. */
  readonly finishOptional?: true;
}

export type ReasoningField = 'reasoning_content' | 'reasoning' | 'reasoning_details';
