/** How one provider's chat completions differ from OpenAI's. Everything left out is as OpenAI has it. */
export interface OpenaiChatQuirks {
  /** The body's word for the limit of the answer; `max_completion_tokens` where nothing is said. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** It refuses `stream_options` (Mistral sends usage unasked). */
  readonly streamOptions?: false;
  /** Body members that it refuses: hints are dropped and listed, for the others the call is refused. */
  readonly forbids?: readonly string[];
  /** Body members beyond OpenAI's that it takes: `top_k`, `input`, `output`, `include_thinking`. */
  readonly accepts?: readonly string[];
  /** Its word for a tool choice of any tool, at least one (Empower `any`). */
  readonly anyTool?: 'required' | 'any';
  /** It cannot stream an answer to a request with tools (a server of one's own for Empower's models): it is asked for it whole. */
  readonly streamsTools?: false;
  /** Members of an assistant message in which it takes back the reasoning of earlier turns; none where nothing is said. */
  readonly reasoningFields?: readonly ReasoningField[];
  /** Its models think aloud at the start of the content, between `<thinking>` and `</thinking>` (Empower). */
  readonly thinkingTags?: true;
  /** It never says why the model stopped (Snowflake): `[DONE]` alone completes an answer. */
  readonly finishOptional?: true;
}

export type ReasoningField = 'reasoning_content' | 'reasoning' | 'reasoning_details';
