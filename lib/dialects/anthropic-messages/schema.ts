import * as v from 'valibot';
import { byType, textOr } from '../chosen-schema.ts';

/*
 * What must be true of a request for us to understand it. Everything else is let pass: body fields are an open list,
 * and the provider of this dialect is the judge of what it knows. An optional member that is null is absent.
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

/** What a tool's result may hold too; results do not nest, so that no request can be deeper than this. */
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
/** The tools that the caller runs need not say so; the others are named by their type: `web_search_20250305`. */
const tool = byType({ custom: customTool }, anyBlock, customTool);

const choiceMembers = { type: v.string(), disable_parallel_tool_use: v.nullish(v.boolean()) };
const toolChoice = byType({ tool: v.looseObject({ ...choiceMembers, name: v.string() }) }, v.looseObject(choiceMembers));

const thinking = byType(
  { enabled: v.looseObject({ type: v.string(), budget_tokens: v.pipe(v.number(), v.integer(), v.minValue(1)) }) },
  v.looseObject({ type: v.string() }),
);

const format = byType({ json_schema: v.looseObject({ type: v.string(), schema: v.looseObject({}) }) }, anyBlock);

const fraction = v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** The body of a request, less its top-level nulls. */
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

/** Is this a tool that the caller runs? The others are named by their type: `web_search_20250305`. */
export function isCustomTool(tool: unknown): boolean {
  const type = typeof tool === 'object' && tool !== null && 'type' in tool ? tool.type : undefined;
  return type === undefined || type === null || type === 'custom';
}
