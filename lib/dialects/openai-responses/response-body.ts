import type { Json, JsonObject } from '../../stream/json.ts';
import type { EncodeOptions } from '../dialect.ts';

/** The request settings that a response repeats, with defaults for missing ones. Strict readers require all of them. */
const echoed: Readonly<Record<string, Json>> = {
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'auto',
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};

/**
 * A response at its beginning. `store` says whether Sluice stores it, whatever the provider reports.
 */
export function newResponse(options: EncodeOptions, id: string, model: string, passthrough: JsonObject = {}): JsonObject {
  const { request, created, stored } = options;
  const settings = Object.entries(echoed).map(([name, otherwise]) => [name, request.body[name] ?? otherwise]);
  return {
    id,
    object: 'response',
    created_at: created,
    completed_at: null,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    previous_response_id: null,
    ...Object.fromEntries(settings),
    ...passthrough,
    ...(stored && { previous_response_id: stored.previous ?? null, background: stored.background }),
    store: stored !== undefined,
    usage: null,
  };
}
