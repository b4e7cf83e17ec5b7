import type { Json, JsonObject } from '../../stream/json.ts';
import type { EncodeOptions } from '../dialect.ts';

/** What a response tells of its request, with the value where the request did not say; strict readers want them all. */
const echoed: Readonly<Record<string, Json>> = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
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

/** A response of which nothing has come yet. Nothing is kept of it here, whatever a provider says: `store` is false. */
export function newResponse(options: EncodeOptions, id: string, model: string, passthrough: JsonObject = {}): JsonObject {
  const { request, created } = options;
  const asked = Object.entries(echoed).map(([name, otherwise]) => [name, request.body[name] ?? otherwise]);
  return {
    id,
    object: 'response',
    created_at: created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    model,
    output: [],
    previous_response_id: null,
    ...Object.fromEntries(asked),
    ...passthrough,
    store: false,
    usage: null,
  };
}
