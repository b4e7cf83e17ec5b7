import { isObject, type JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import { checkMessages } from './anthropic-messages.ts';
import { claudeModel } from './claude-models.ts';
import { has, objectOf, objectsOf, walk } from './words.ts';

/** The betas that Bedrock documents for Claude. It rejects any other. */
const betas = [
  'compact-2026-01-12',
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'computer-use-2025-11-24',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'dev-full-thinking-2025-05-14',
  'effort-2025-11-24',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'tool-examples-2025-10-29',
  'tool-search-tool-2025-10-19',
];

/** Members of Anthropic's own API that Bedrock's Claude doesn't support. Each is rejected by name. */
const missing = ['cache_control', 'container', 'fallbacks', 'inference_geo', 'mcp_servers', 'service_tier', 'speed', 'thread'];

/** Members that need a beta. */
const needs = { context_management: 'context-management-2025-06-27' };

/** Types of Anthropic's own tools that Bedrock supports. */
const toolKinds = /^(custom|bash_|text_editor_|computer_|memory_|tool_search_)/;

/** Rejects what Bedrock rejects in a native Claude request, in addition to what Claude rejects everywhere. */
export function checkBedrockMessages(name: string, body: JsonObject): void {
  const sent = Array.isArray(body.anthropic_beta) ? body.anthropic_beta : [];
  for (const beta of sent) must(betas.includes(String(beta)), 'invalid beta flag');
  for (const member of missing) must(!has(body, member), `${member}: Extra inputs are not permitted`);
  for (const [member, beta] of Object.entries(needs)) {
    must(!has(body, member) || sent.includes(beta), `${member}: Extra inputs are not permitted`);
  }
  const { effort } = objectOf(body.output_config);
  must(effort === undefined || claudeModel(name)?.efforts.length !== 0, 'output_config.effort: Extra inputs are not permitted');
  for (const [index, tool] of objectsOf(body.tools).entries()) checkTool(tool, index);
  for (const [path, object] of walk(body)) checkObject(object, path.slice(1));
  const system = JSON.stringify(body.system ?? '');
  must(
    !system.includes('x-anthropic-billing-header'),
    'x-anthropic-billing-header is a reserved keyword and may not be used in the system prompt.',
  );
  checkMessages(name, body);
}

function checkTool(tool: JsonObject, index: number): void {
  const { type = 'custom' } = tool;
  must(
    toolKinds.test(String(type)),
    `tools.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'memory_20250818', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'tool_search_tool_bm25', 'tool_search_tool_regex'`,
  );
  must(tool.eager_input_streaming === undefined, `tools.${index}.custom.eager_input_streaming: Extra inputs are not permitted`);
}

function checkObject(object: JsonObject, path: string): void {
  const mark = object.cache_control;
  must(!isObject(mark) || mark.scope === undefined, `${path}.cache_control.ephemeral.scope: Extra inputs are not permitted`);
  if (object.type !== 'image' && object.type !== 'document') return;
  const { type } = objectOf(object.source);
  must(
    type !== 'url',
    `${path}.${object.type}.source: Input tag 'url' found using 'type' does not match any of the expected tags: 'base64'`,
  );
}
