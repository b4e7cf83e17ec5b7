import type { StrictCall } from '../../lib/emulator/strict/check.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

/** Something that a real provider rejects, by its documentation or a report. */
export interface StrictRow {
  /** `api model`, with `@server` for an OpenAI-compatible one. */
  readonly at: string;
  /** Members of the request that is refused; the same request without them, or with `instead`, is accepted. */
  readonly refused: JsonObject;
  readonly instead?: JsonObject;
  /** Words of the refusal. */
  readonly says: string;
}

/** The smallest request of each API. */
export const smallest: Readonly<Record<StrictCall['api'], JsonObject>> = {
  chat: { messages: [{ role: 'user', content: 'Hi' }] },
  completions: { prompt: 'Hi' },
  responses: { input: 'Hi' },
  messages: { max_tokens: 900, messages: [{ role: 'user', content: 'Hi' }] },
  converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
  invoke: { anthropic_version: 'bedrock-2023-05-31', max_tokens: 900, messages: [{ role: 'user', content: 'Hi' }] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
};

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const tool = (more: JsonObject = {}) => ({ type: 'function', function: { name: 'look', parameters: schema, ...more } });
const claudeTool = (input: JsonObject = schema, more: JsonObject = {}) => ({ name: 'look', input_schema: input, ...more });
const spec = (json: JsonObject = { type: 'object', properties: {} }) => ({ toolSpec: { name: 'look', inputSchema: { json } } });
const user = (content: JsonObject[] | string) => ({ role: 'user', content });
const assistant = (content: JsonObject[] | string, more: JsonObject = {}) => ({ role: 'assistant', content, ...more });
const text = (said: string) => ({ type: 'text', text: said });
const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{}' } });
const loop = (id: string, more: JsonObject = {}) => [
  user('Hi'),
  assistant('', { tool_calls: [call(id)], ...more }),
  { role: 'tool', tool_call_id: id, content: 'x' },
];
const claudeLoop = (...before: JsonObject[]) => [
  user('Hi'),
  assistant([...before, { type: 'tool_use', id: 'a', name: 'look', input: {} }]),
  user([{ type: 'tool_result', tool_use_id: 'a', content: 'x' }]),
];
const converseLoop = (...beside: JsonObject[]) => [
  user([{ text: 'Hi' }]),
  assistant([{ toolUse: { toolUseId: 'a', name: 'look', input: {} } }]),
  user([{ toolResult: { toolUseId: 'a', content: [{ text: 'x' }] } }, ...beside]),
];
const thought = { type: 'thinking', thinking: 'Hm', signature: 's' };
const png = 'iVBORw0KGgoAAAA=';
const claudeImage = (media: string) => ({ type: 'image', source: { type: 'base64', media_type: media, data: png } });
const pdf = { document: { format: 'pdf', name: 'a', source: { bytes: 'JVBERi0=' } } };

/** OpenAI and the servers that speak like it. */
export const openaiRows: readonly StrictRow[] = [
  { at: 'chat gpt-5', refused: { temperature: 0.2 }, says: "'temperature' does not support 0.2 with this model" },
  { at: 'chat o3', refused: { top_p: 0.9 }, says: "Unsupported parameter: 'top_p'" },
  {
    at: 'chat gpt-5',
    refused: { max_tokens: 9 },
    instead: { max_completion_tokens: 9 },
    says: "Use 'max_completion_tokens' instead",
  },
  { at: 'chat gpt-5', refused: { stop: ['x'] }, says: "Unsupported parameter: 'stop'" },
  {
    at: 'chat gpt-5',
    refused: { reasoning_effort: 'none' },
    instead: { reasoning_effort: 'minimal' },
    says: "does not support 'none'",
  },
  {
    at: 'chat gpt-5.2',
    refused: { reasoning_effort: 'minimal' },
    instead: { reasoning_effort: 'none' },
    says: "'none', 'low', 'medium', 'high', and 'xhigh'",
  },
  {
    at: 'chat gpt-5.1',
    refused: { temperature: 0.2, reasoning_effort: 'low' },
    instead: { temperature: 0.2 },
    says: "'temperature'",
  },
  {
    at: 'chat gpt-5.4',
    refused: { tools: [tool()], reasoning_effort: 'low' },
    instead: { tools: [tool()] },
    says: 'Function tools with reasoning_effort',
  },
  {
    at: 'chat gpt-5.6',
    refused: { tools: [tool()] },
    instead: { tools: [tool()], reasoning_effort: 'none' },
    says: 'Function tools with reasoning_effort',
  },
  { at: 'chat gpt-4o', refused: { reasoning_effort: 'low' }, says: 'Unrecognized request argument supplied: reasoning_effort' },
  { at: 'chat gpt-4o', refused: { top_k: 5 }, says: 'Unrecognized request argument supplied: top_k' },
  { at: 'chat gpt-4o-mini', refused: { max_completion_tokens: 32_000 }, says: 'max_tokens is too large: 32000' },
  { at: 'chat gpt-4o', refused: { verbosity: 'low' }, says: "'verbosity' does not support 'low'" },
  {
    at: 'chat o3-mini',
    refused: { tools: [tool()], parallel_tool_calls: false },
    instead: { tools: [tool()] },
    says: "'parallel_tool_calls'",
  },
  {
    at: 'chat gpt-4o',
    refused: { user: 'u'.repeat(65) },
    instead: { user: 'u'.repeat(64) },
    says: "Invalid 'user': string too long",
  },
  { at: 'chat gpt-4o', refused: { tools: [] }, says: "Invalid 'tools': empty array" },
  { at: 'chat gpt-4o', refused: { parallel_tool_calls: true }, says: "only allowed when 'tools' are specified" },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ name: 'n'.repeat(65) })] },
    instead: { tools: [tool()] },
    says: 'maximum length 64',
  },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ name: 'a.b' })] },
    instead: { tools: [tool()] },
    says: "pattern '^[a-zA-Z0-9_-]+$'",
  },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ parameters: { type: 'object' } })] },
    instead: { tools: [tool()] },
    says: 'object schema missing properties',
  },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ parameters: { ...schema, anyOf: [] } })] },
    instead: { tools: [tool()] },
    says: "not have 'oneOf'/'anyOf'",
  },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ parameters: { type: 'object', properties: { a: { type: 'array' } } } })] },
    instead: { tools: [tool({ parameters: { type: 'object', properties: { a: { type: 'array', items: {} } } } })] },
    says: "In context=('properties', 'a'), array schema missing items",
  },
  {
    at: 'chat gpt-4o',
    refused: { tools: [tool({ strict: true, parameters: { ...schema, required: [] } })] },
    instead: { tools: [tool({ strict: true })] },
    says: "Missing 'a'",
  },
  {
    at: 'chat gpt-4o',
    refused: {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'r', strict: true, schema: { ...schema, additionalProperties: true } },
      },
    },
    instead: { response_format: { type: 'json_schema', json_schema: { name: 'r', strict: true, schema } } },
    says: "'additionalProperties' is required to be supplied and to be false",
  },
  {
    at: 'chat gpt-4o',
    refused: { response_format: { type: 'json_object' } },
    instead: { response_format: { type: 'json_object' }, messages: [user('JSON, please')] },
    says: "must contain the word 'json'",
  },
  {
    at: 'chat gpt-4o',
    refused: { messages: loop('c'.repeat(41)) },
    instead: { messages: loop('c'.repeat(40)) },
    says: 'maximum length 40',
  },
  {
    at: 'chat gpt-4o',
    refused: { messages: loop('c', { reasoning_content: 'x' }) },
    instead: { messages: loop('c') },
    says: "Unknown parameter: 'messages[1].reasoning_content'",
  },
  {
    at: 'chat gpt-4o',
    refused: { messages: [user([{ ...text('x'), cache_control: { type: 'ephemeral' } }])] },
    says: 'cache_control',
  },
  {
    at: 'chat gpt-4o',
    refused: { messages: [{ ...user('x'), name: 'Ann Lee' }] },
    instead: { messages: [{ ...user('x'), name: 'Ann' }] },
    says: 'messages[0].name',
  },
  {
    at: 'chat gpt-4o',
    refused: {
      messages: [
        ...loop('c').slice(0, 2),
        { role: 'tool', tool_call_id: 'c', content: [{ type: 'image_url', image_url: { url: 'https://x' } }] },
      ],
    },
    says: "Supported values are: 'text'",
  },
  {
    at: 'chat gpt-4o',
    refused: { messages: [user([{ type: 'file', file: { file_data: 'data:text/csv;base64,YQ==' } }])] },
    says: "unsupported MIME type 'text/csv'",
  },
  { at: 'responses gpt-4o', refused: { reasoning: { effort: 'low' } }, says: "'reasoning.effort'" },
  { at: 'responses gpt-4o', refused: { include: ['reasoning.encrypted_content'] }, says: 'Encrypted content is not supported' },
  { at: 'responses gpt-5', refused: { temperature: 0.2 }, says: "'temperature'" },
  {
    at: 'responses gpt-5',
    refused: { input: [{ type: 'function_call', call_id: 'c'.repeat(65), name: 'look', arguments: '{}' }] },
    says: 'maximum length 64',
  },
  {
    at: 'responses gpt-5',
    refused: { input: [{ ...user('x'), id: 'item_1' }] },
    instead: { input: [{ ...user('x'), id: 'msg_1' }] },
    says: "begins with 'msg'",
  },
  { at: 'completions davinci-002', refused: { tools: [] }, says: 'Unrecognized request argument supplied: tools' },
  { at: 'chat mistral-large-latest @mistral', refused: { user: 'u' }, says: 'extra_forbidden' },
  {
    at: 'chat mistral-large-latest @mistral',
    refused: { messages: loop('call_1') },
    instead: { messages: loop('abcdefghi') },
    says: 'with a length of 9',
  },
  {
    at: 'chat mistral-large-latest @mistral',
    refused: { messages: [...loop('abcdefghi'), user('x')] },
    instead: { messages: [...loop('abcdefghi'), assistant('x'), user('x')] },
    says: "Unexpected role 'user' after role 'tool'",
  },
  {
    at: 'chat mistral-large-latest @mistral',
    refused: { messages: [user('x'), assistant('y')] },
    says: 'Expected last role User or Tool',
  },
  { at: 'chat llama-3.3-70b @groq', refused: { prompt_cache_key: 'k' }, says: "property 'prompt_cache_key' is unsupported" },
  { at: 'chat llama-3.3-70b @groq', refused: { reasoning_effort: 'low' }, says: '`reasoning_effort` is not supported' },
  {
    at: 'chat openai/gpt-oss-120b @groq',
    refused: { messages: loop('c', { reasoning_content: 'x' }) },
    instead: { messages: loop('c') },
    says: "property 'reasoning_content' is unsupported",
  },
  {
    at: 'chat deepseek-chat @deepseek',
    refused: { messages: [{ role: 'developer', content: 'x' }] },
    says: 'unknown variant `developer`',
  },
  {
    at: 'chat deepseek-reasoner @deepseek',
    refused: { messages: loop('c') },
    instead: { messages: loop('c', { reasoning_content: 'x' }) },
    says: 'Missing `reasoning_content`',
  },
  {
    at: 'chat deepseek-v4-pro @deepseek',
    refused: { tools: [tool()], tool_choice: 'required' },
    instead: { tools: [tool()], tool_choice: 'auto' },
    says: 'Thinking mode does not support this tool_choice',
  },
  {
    at: 'chat deepseek-chat @deepseek',
    refused: { response_format: { type: 'json_schema' } },
    instead: { response_format: { type: 'json_object' } },
    says: 'response_format type is unavailable',
  },
  { at: 'chat kimi-k2.5 @moonshot', refused: { temperature: 0.6 }, instead: { temperature: 1 }, says: 'only 1 is allowed' },
  {
    at: 'chat kimi-k3',
    refused: { messages: loop('c') },
    instead: { messages: loop('c', { reasoning_content: 'x' }) },
    says: 'reasoning_content is missing',
  },
  {
    at: 'chat glm-5 @zhipu',
    refused: { tools: [tool()], tool_choice: 'required' },
    instead: { tools: [tool()], tool_choice: 'auto' },
    says: 'Tool choice must be auto',
  },
  { at: 'chat glm-5 @zhipu', refused: { messages: [assistant('x')] }, says: 'The messages parameter is illegal' },
  { at: 'chat grok-4 @xai', refused: { reasoning_effort: 'low' }, says: 'does not support parameter reasoningEffort' },
  { at: 'chat grok-4.6 @xai', refused: { presence_penalty: 0 }, instead: { reasoning_effort: 'low' }, says: 'presencePenalty' },
  { at: 'chat grok-4.6 @xai', refused: { tool_choice: 'auto' }, says: 'no tools were specified' },
  {
    at: 'chat qwen3',
    refused: { messages: [user('x'), { role: 'system', content: 'y' }] },
    instead: { messages: [{ role: 'system', content: 'y' }, user('x')] },
    says: 'must be at the beginning',
  },
  {
    at: 'chat openai/gpt-5 @openrouter',
    refused: { user: 'u'.repeat(129) },
    instead: { user: 'u'.repeat(128) },
    says: 'at most 128 characters',
  },
  { at: 'chat llama3 @vllm', refused: { tools: [] }, says: 'must not be an empty array' },
  {
    at: 'chat llama3 @ollama',
    refused: { messages: [user([{ type: 'image_url', image_url: { url: 'https://x/a.png' } }])] },
    says: 'image URLs are not currently supported',
  },
];

/** Claude at Anthropic and on Bedrock. */
export const claudeRows: readonly StrictRow[] = [
  {
    at: 'messages claude-opus-4-8',
    refused: { thinking: { type: 'enabled', budget_tokens: 2000 } },
    instead: { thinking: { type: 'adaptive' } },
    says: '"thinking.type.enabled" is not supported',
  },
  { at: 'messages claude-opus-4-8', refused: { temperature: 1 }, says: '`temperature` is deprecated' },
  { at: 'messages claude-opus-4-8', refused: { top_k: 5 }, says: '`top_k` is deprecated' },
  {
    at: 'messages claude-fable-5',
    refused: { thinking: { type: 'disabled' } },
    says: '"thinking.type.disabled" is not supported',
  },
  { at: 'messages claude-sonnet-4-5', refused: { thinking: { type: 'adaptive' } }, says: 'adaptive thinking is not supported' },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { temperature: 1, top_p: 0.9 },
    instead: { top_p: 0.9 },
    says: 'cannot both be specified',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { output_config: { effort: 'low' } },
    says: 'does not support the effort parameter',
  },
  { at: 'messages claude-sonnet-4-5', refused: { max_tokens: 64_001 }, says: '64001 > 64000' },
  {
    at: 'messages claude-opus-4-6',
    refused: { messages: [user('x'), assistant('y')] },
    says: 'does not support assistant message prefill',
  },
  {
    at: 'messages claude-3-5-haiku-latest',
    refused: { output_config: { format: { type: 'json_schema', schema } } },
    says: 'does not support output format',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { output_config: { format: { type: 'json_schema', schema: { type: 'object', properties: {} } } } },
    instead: { output_config: { format: { type: 'json_schema', schema } } },
    says: "'additionalProperties' must be explicitly set to false",
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 2000, messages: claudeLoop() },
    instead: { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 2000, messages: claudeLoop(thought) },
    says: 'Expected `thinking` or `redacted_thinking`, but found `tool_use`',
  },
  { at: 'messages claude-sonnet-4-5', refused: { messages: [user([text(' ')])] }, says: 'must contain non-whitespace text' },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { messages: [assistant('x'), user('y')] },
    says: 'first message must use the "user" role',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { stop_sequences: ['\n'] },
    says: 'each stop sequence must contain non-whitespace',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { tools: [claudeTool({ type: 'object', anyOf: [] })] },
    instead: { tools: [claudeTool()] },
    says: 'oneOf, allOf, or anyOf at the top level',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { tools: [claudeTool({ type: 'object', properties: { $top: {} } })] },
    instead: { tools: [claudeTool()] },
    says: 'Property keys should match pattern',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { tools: [claudeTool(), claudeTool()] },
    instead: { tools: [claudeTool()] },
    says: 'Tool names must be unique',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { metadata: { user_id: 'ann@example.com' } },
    instead: { metadata: { user_id: 'ann' } },
    says: 'appears to contain an email address',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { messages: [user([claudeImage('image/jpg')])] },
    instead: { messages: [user([claudeImage('image/png')])] },
    says: "Input should be 'image/jpeg'",
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { messages: [user([claudeImage('image/jpeg')])] },
    says: 'appears to be a image/png image',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { messages: claudeLoop().with(2, user([text('x'), { type: 'tool_result', tool_use_id: 'a', content: 'x' }])) },
    instead: { messages: claudeLoop() },
    says: 'without `tool_result` blocks immediately after',
  },
  {
    at: 'messages claude-sonnet-4-5',
    refused: { messages: [user(Array.from({ length: 5 }, () => ({ ...text('x'), cache_control: { type: 'ephemeral' } })))] },
    says: 'A maximum of 4 blocks with cache_control',
  },
  {
    at: 'invoke us.anthropic.claude-opus-4-8-v1:0',
    refused: { cache_control: { type: 'ephemeral' } },
    says: 'cache_control: Extra inputs',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { output_config: { effort: 'high' } },
    says: 'output_config.effort: Extra inputs',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { anthropic_beta: ['new-2030-01-01'] },
    says: 'invalid beta flag',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { tools: [claudeTool(schema, { eager_input_streaming: true })] },
    instead: { tools: [claudeTool()] },
    says: 'eager_input_streaming: Extra inputs',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    says: "Input tag 'web_search_20250305'",
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { system: [{ ...text('x'), cache_control: { type: 'ephemeral', scope: 'global' } }] },
    says: 'scope: Extra inputs',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { system: 'x-anthropic-billing-header: a' },
    says: 'reserved keyword',
  },
  {
    at: 'invoke us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    refused: { messages: [user([{ type: 'image', source: { type: 'url', url: 'https://x' } }])] },
    says: "Input tag 'url'",
  },
  {
    at: 'converse anthropic.claude-opus-4-8',
    refused: { inferenceConfig: { temperature: 0.1 } },
    says: 'The model returned the following errors: `temperature` is deprecated',
  },
  {
    at: 'converse anthropic.claude-opus-4-8',
    refused: { additionalModelRequestFields: { top_k: 9 } },
    says: '`top_k` is deprecated',
  },
];

/** Bedrock's other models, and Gemini. */
export const otherRows: readonly StrictRow[] = [
  {
    at: 'converse us.meta.llama4-scout',
    refused: { toolConfig: { tools: [spec()], toolChoice: { any: {} } } },
    says: 'toolConfig.toolChoice.any field',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { toolConfig: { tools: [spec({ type: 'object', $schema: 'x' })] } },
    instead: { toolConfig: { tools: [spec()] } },
    says: 'extraneous key [$schema]',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { messages: [user([pdf])] },
    instead: { messages: [user([pdf, { text: 'x' }])] },
    says: 'A text block must be included',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { additionalModelRequestFields: { top_k: 5 } },
    says: 'extraneous key [top_k]',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { messages: [user([{ text: 'x' }]), assistant([{ text: 'y' }])] },
    says: 'must end with a user message',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { messages: [user([{ document: { ...pdf.document, name: 'a.pdf' } }, { text: 'x' }])] },
    says: 'The document file name can only contain',
  },
  {
    at: 'converse us.amazon.nova-pro-v1:0',
    refused: { messages: [user([pdf, pdf, { text: 'x' }])] },
    says: 'Duplicate document names',
  },
  {
    at: 'converse meta.llama3-3-70b-instruct-v1:0',
    refused: { messages: converseLoop({ text: 'x' }) },
    instead: { messages: converseLoop() },
    says: 'Conversation blocks and tool result blocks',
  },
  {
    at: 'converse meta.llama3-3-70b-instruct-v1:0',
    refused: { system: [{ text: 'x' }, { cachePoint: { type: 'default' } }] },
    instead: { system: [{ text: 'x' }] },
    says: 'did not allow prompt caching',
  },
  {
    at: 'converse meta.llama3-3-70b-instruct-v1:0',
    refused: { inferenceConfig: { maxTokens: 9000 } },
    says: 'exceeds the model limit of 8192',
  },
  { at: 'converse amazon.titan-text-express-v1', refused: { system: [{ text: 'x' }] }, says: "doesn't support system messages" },
  {
    at: 'converse openai.gpt-oss-120b-1:0',
    refused: {
      messages: [
        user([{ text: 'x' }]),
        assistant([{ reasoningContent: { reasoningText: { text: 'x', signature: 's' } } }, { text: 'x' }]),
        user([{ text: 'x' }]),
      ],
    },
    instead: {
      messages: [
        user([{ text: 'x' }]),
        assistant([{ reasoningContent: { reasoningText: { text: 'x' } } }, { text: 'x' }]),
        user([{ text: 'x' }]),
      ],
    },
    says: 'reasoningText.signature field',
  },
  {
    at: 'converse openai.gpt-oss-120b-1:0',
    refused: {
      messages: converseLoop().with(1, assistant([{ toolUse: { toolUseId: 'a'.repeat(65), name: 'look', input: {} } }])),
    },
    says: 'length less than or equal to 64',
  },
  {
    at: 'gemini gemini-2.5-pro',
    refused: { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    says: 'Budget 0 is invalid',
  },
  {
    at: 'gemini gemini-2.5-flash',
    refused: { generationConfig: { thinkingConfig: { thinkingLevel: 'low' } } },
    says: 'Thinking level is not supported',
  },
  {
    at: 'gemini gemini-3-pro',
    refused: { generationConfig: { thinkingConfig: { thinkingLevel: 'medium' } } },
    instead: { generationConfig: { thinkingConfig: { thinkingLevel: 'high' } } },
    says: 'Thinking level MEDIUM is not supported',
  },
  {
    at: 'gemini gemini-2.0-flash',
    refused: { generationConfig: { thinkingConfig: { includeThoughts: true } } },
    says: 'Thinking is not enabled',
  },
  {
    at: 'gemini gemini-2.5-flash',
    refused: {
      tools: [
        {
          functionDeclarations: [
            { name: 'look', parameters: { type: 'object', properties: { a: { type: 'integer', exclusiveMinimum: 0 } } } },
          ],
        },
      ],
    },
    instead: {
      tools: [
        {
          functionDeclarations: [
            {
              name: 'look',
              parametersJsonSchema: { type: 'object', properties: { a: { type: 'integer', exclusiveMinimum: 0 } } },
            },
          ],
        },
      ],
    },
    says: 'Unknown name "exclusiveMinimum"',
  },
  {
    at: 'gemini gemini-2.5-flash',
    refused: {
      tools: [{ functionDeclarations: [{ name: 'look' }] }],
      generationConfig: { responseMimeType: 'application/json' },
    },
    instead: { tools: [{ functionDeclarations: [{ name: 'look' }] }] },
    says: "response mime type: 'application/json' is unsupported",
  },
  {
    at: 'gemini gemini-3-pro',
    refused: { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/jpg', data: png } }] }] },
    says: 'Unsupported MIME type: image/jpg',
  },
  {
    at: 'gemini gemini-3-pro',
    refused: { contents: [{ role: 'model', parts: [{ functionCall: { name: 'look' } }] }] },
    says: 'function call turn comes immediately after',
  },
];
