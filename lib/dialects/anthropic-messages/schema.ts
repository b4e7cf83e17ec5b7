import * as v from 'valibot';
import { byType, textOr } from '../chosen-schema.ts';

/*
 * The parts of a request that Sluice must understand. Everything else passes, because the API is an open list and its
 * provider decides what it supports. A null optional member counts as missing.
 */

const optionalText = v.nullish(v.string());
const optionalObject = v.nullish(v.looseObject({}));

const bytesSource = v.looseObject({ type: v.string(), media_type: v.string(), data: v.string() });
const source = byType(
  {
    base64: bytesSource,
    text: v.looseObject({ type: v.string(), data: v.string() }),
    url: v.looseObject({ type: v.string(), url: v.string() }),
  },
  v.looseObject({ type: v.string() }),
);

/** Allowed in tool results too. Results don't nest, so no request can be deeper than this. */
const plainBlocks = {
  text: v.looseObject({ type: v.string(), text: v.string() }),
  image: v.looseObject({ type: v.string(), source }),
  document: v.looseObject({ type: v.string(), source, title: optionalText }),
};
const anyBlock = v.looseObject({ type: v.string() });
const resultContent = textOr(v.array(byType(plainBlocks, anyBlock)));

const block = byType(
  {
    ...plainBlocks,
    tool_use: v.looseObject({ type: v.string(), id: v.string(), name: v.string(), input: optionalObject }),
    tool_result: v.looseObject({
      type: v.string(),
      tool_use_id: v.string(),
      content: v.nullish(resultContent),
      is_error: v.nullish(v.boolean()),
    }),
    thinking: v.looseObject({ type: v.string(), thinking: v.string(), signature: optionalText }),
    redacted_thinking: v.looseObject({ type: v.string(), data: v.string() }),
  },
  anyBlock,
);

const customTool = v.looseObject({ name: v.string(), description: optionalText, input_schema: v.looseObject({}) });
/** Client tools may omit their type. The type identifies all other tools: `web_search_20250305`. */
const tool = byType({ custom: customTool }, anyBlock, customTool);

const choiceMembers = { type: v.string(), disable_parallel_tool_use: v.nullish(v.boolean()) };
const toolChoice = byType({ tool: v.looseObject({ ...choiceMembers, name: v.string() }) }, v.looseObject(choiceMembers));

const thinking = byType(
  { enabled: v.looseObject({ type: v.string(), budget_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)) }) },
  v.looseObject({ type: v.string() }),
);

const format = byType({ json_schema: v.looseObject({ type: v.string(), schema: v.looseObject({}) }) }, anyBlock);

const fraction = v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** The request body without its top-level nulls. */
export const requestSchema = v.looseObject({
  model: v.pipe(v.string(), v.nonEmpty()),
  max_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)),
  messages: v.array(v.looseObject({ role: v.picklist(['user', 'assistant', 'system']), content: textOr(v.array(block)) })),
  system: v.optional(textOr(v.array(v.looseObject({ type: v.literal('text'), text: v.string() })))),
  stream: v.optional(v.boolean()),
  temperature: fraction,
  top_p: fraction,
  top_k: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  stop_sequences: v.nullish(v.array(v.string())),
  tools: v.nullish(v.array(tool)),
  tool_choice: v.nullish(toolChoice),
  thinking: v.nullish(thinking),
  output_config: v.nullish(v.looseObject({ effort: optionalText, format: v.nullish(format) })),
  output_format: v.nullish(format),
  metadata: v.nullish(v.looseObject({ user_id: optionalText })),
  service_tier: optionalText,
  mcp_servers: v.nullish(v.array(v.looseObject({}))),
});

/** True for a tool that the client runs. The type identifies all other tools: `web_search_20250305`. */
export function isCustomTool(tool: unknown): boolean {
  const type = typeof tool === 'object' && tool !== null && 'type' in tool ? tool.type : undefined;
  return type === undefined || type === null || type === 'custom';
}
