import type { JsonObject } from '../../stream/json.ts';
import {
  allows,
  type ChatCheck,
  callIds,
  choices,
  choiceWithoutTools,
  emptyMessages,
  extraMembers,
  fixed,
  json,
  lastRole,
  parsedArguments,
  reasoningBack,
  roles,
  systemFirst,
  textOnly,
  userLength,
} from './chat-checks.ts';

/** An OpenAI-compatible server: what it rejects beyond the shape of a chat request, and the format of its errors. */
export interface ChatServer {
  readonly checks: readonly ChatCheck[];
  /** The body of an error. Default: OpenAI's format. */
  readonly error?: (message: string, code: string | null, status: number) => JsonObject;
}

const standard = ['system', 'user', 'assistant', 'tool'];

const pydantic = (path: string) => ({
  status: 422,
  message: JSON.stringify({
    detail: [{ type: 'extra_forbidden', loc: ['body', ...path.split('.')], msg: 'Extra inputs are not permitted' }],
  }),
});

const groqMember = (path: string) => ({ message: `property '${path}' is unsupported` });

const groqMessageMember = (path: string) => {
  const [, index, member] = path.split('.');
  const message = `'messages.${index}' : for 'role:assistant' the following must be satisfied[('messages.${index}' : property '${member}' is unsupported)]`;
  return { message };
};

const xaiModel = (name: string, { model }: JsonObject) => ({
  message: `Model ${model} does not support parameter ${name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())}.`,
  code: 'Client specified an invalid argument',
});

const hint = ['prompt_cache_key', 'safety_identifier', 'service_tier', 'store', 'verbosity'];

/** Servers by the names of their presets in Sluice. */
export const chatServers: Readonly<Record<string, ChatServer>> = {
  azure: { checks: [] },
  mistral: {
    // mistralai/mistral-common#169, mnfst/llm-gateway#1186, charmbracelet/crush#1590, editor-code-assistant/eca#231
    checks: [
      extraMembers(
        [...hint, 'logit_bias', 'logprobs', 'max_completion_tokens', 'seed', 'stream_options', 'top_logprobs', 'user'],
        pydantic,
      ),
      extraMembers(
        ['messages.reasoning_content', 'messages.reasoning', 'messages.cache_control', 'tools.cache_control'],
        pydantic,
      ),
      roles(standard, (role, index) => ({
        status: 422,
        message: `body.messages.${index}: Input tag '${role}' found using 'role' does not match any of the expected tags: 'assistant', 'system', 'tool', 'user'`,
      })),
      callIds(/^[a-zA-Z0-9]{9}$/, (id) => ({
        message: `Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`,
        code: '3280',
      })),
      allows({ tool: ['tool', 'assistant'] }, (role, before) => ({
        message: `Unexpected role '${role}' after role '${before}'`,
        code: '3230',
      })),
      lastRole(['user', 'tool'], (role) => ({
        message: `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${role}`,
        code: '3230',
      })),
      emptyMessages(() => ({ message: 'Assistant message must have either content or tool_calls, but not none.', code: '3240' })),
    ],
    error: (message, code, status) => ({
      object: 'error',
      message: status === 422 && message.startsWith('{') ? JSON.parse(message) : message,
      type:
        code === '3280' ? 'invalid_function_call' : code === '3230' ? 'invalid_request_message_order' : 'invalid_request_error',
      param: null,
      code,
    }),
  },
  groq: {
    // tashfeenahmed/freellmapi#1070, eigent-ai/eigent#1827, Groq's page on OpenAI compatibility
    checks: [
      extraMembers(
        [...hint.filter((name) => name !== 'service_tier'), 'logit_bias', 'logprobs', 'top_logprobs', 'top_k', 'metadata'],
        groqMember,
      ),
      extraMembers(['messages.reasoning_content', 'messages.cache_control', 'messages.name'], groqMessageMember),
      choiceWithoutTools('tool_choice can only be used when tools are provided'),
      fixed('n', [1], () => ({ message: "'n' : number must be at most 1" })),
      // Only GPT-OSS and Qwen 3 have this setting there.
      ({ body }) =>
        body.reasoning_effort === undefined || /gpt-oss|qwen3/.test(String(body.model))
          ? undefined
          : { message: '`reasoning_effort` is not supported with this model' },
    ],
  },
  deepseek: {
    // earendil-works/pi#1048, deepseek-ai/DeepSeek-V3#1376
    checks: [
      roles(standard, (role, index) => ({
        message: `Failed to deserialize the JSON body into the target type: messages[${index}].role: unknown variant \`${role}\`, expected one of \`system\`, \`user\`, \`assistant\`, \`tool\`, \`latest_reminder\` at line 1 column 32`,
      })),
      textOnly((kind, index) => ({
        message: `Failed to deserialize the JSON body into the target type: messages[${index}]: unknown variant \`${kind}\`, expected \`text\` at line 1 column 120`,
      })),
      json(['json_object'], () => ({ message: 'This response_format type is unavailable now' })),
    ],
  },
  moonshot: {
    checks: [
      extraMembers(['top_k'], (path) => ({ message: `Invalid request: unknown field ${path}` })),
      roles(standard, (role) => ({ message: `Invalid request: unsupported role ${role}` })),
      emptyMessages((index, role) => ({
        message: `Invalid request: the message at position ${index} with role '${role}' must not be empty`,
      })),
      choiceWithoutTools('tool_choice is only allowed when tools are specified'),
    ],
  },
  zhipu: {
    // vectorize-io/hindsight#4246, MetaGLM/zhipuai-sdk-python-v4#14, songquanpeng/one-api#1153
    checks: [
      choices(['auto'], () => ({ message: 'Tool choice must be auto', code: '1210' })),
      roles(standard, () => ({ message: 'Incorrect role information', code: '1214' })),
      emptyMessages((index) => ({ message: `messages[${index}]: content and tool_calls cannot both be empty`, code: '1214' })),
      ({ messages }) =>
        messages.some(({ role }) => role === 'user')
          ? undefined
          : { message: 'The messages parameter is illegal. Please check the documentation.', code: '1214' },
      ({ body }) =>
        typeof body.temperature === 'number' && body.temperature > 1
          ? { message: 'The temperature parameter is illegal. Its range is [0.0, 1.0].', code: '1210' }
          : undefined,
      ({ body }) =>
        Array.isArray(body.stop) && body.stop.length > 1
          ? { message: 'The stop parameter is illegal. Only one stop word is supported.', code: '1210' }
          : undefined,
      userLength('user_id', 128),
      userLength('user', 128),
    ],
    error: (message, code) => ({ error: { code: code ?? '1210', message } }),
  },
  xai: {
    // yym68686/uni-api#105, miaoxworld/NativeTavern#83, NousResearch/hermes-agent#23435
    checks: [
      choiceWithoutTools('A tool_choice was set on the request but no tools were specified.'),
      extraMembers(['presence_penalty', 'frequency_penalty', 'stop', 'logit_bias'], xaiModel, /grok-(4|code|3-mini)/),
      extraMembers(['reasoning_effort'], xaiModel, /grok-(?!3-mini|4\.[3-9]|4\.20-multi-agent|[5-9])/),
      emptyMessages(() => ({
        message: 'Each message must have at least one content element.',
        code: 'Client specified an invalid argument',
      })),
    ],
    error: (message, code) => ({ code: code ?? 'Client specified an invalid argument', error: message }),
  },
  openrouter: { checks: [userLength('user', 128)] },
  perplexity: {
    checks: [
      lastRole(['user', 'tool'], () => ({ message: 'Last message must have role `user` or `tool`.' })),
      allows({ user: ['assistant'], assistant: ['user', 'tool'] }, () => ({
        message: 'After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s).',
      })),
    ],
  },
  vllm: {
    checks: [
      ({ body }) =>
        Array.isArray(body.tools) && body.tools.length === 0
          ? { message: '`tools` must not be an empty array. Either provide at least one tool or omit the field entirely.' }
          : undefined,
      choiceWithoutTools('When using `tool_choice`, `tools` must be set.'),
      parsedArguments((message) => ({ message })),
    ],
    error: (message, _code, status) => ({ error: { message, type: 'BadRequestError', param: null, code: status } }),
  },
  ollama: {
    checks: [
      parsedArguments(() => ({ message: 'invalid tool call arguments' })),
      roles([...standard, 'developer'], (role) => ({ message: `invalid role: ${role}` })),
      ({ parts }) =>
        parts.some(({ image_url: image }) => /^https?:/.test(JSON.stringify(image ?? '').replace(/^\{?"(url":")?/, '')))
          ? { message: 'image URLs are not currently supported, please use base64 encoded data instead' }
          : undefined,
    ],
    error: (message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  },
  'lm-studio': {
    checks: [
      choices(['auto', 'none', 'required'], () => ({
        message: "Invalid tool_choice type: 'object'. Supported string values: none, auto, required",
      })),
    ],
    error: (message) => ({ error: message }),
  },
  sglang: { checks: [parsedArguments((message) => ({ message }))] },
  'llama.cpp': { checks: [parsedArguments((message) => ({ message }))] },
};

const deepseekThinks = /deepseek-(reasoner|v4)|deepseek-r/;

/** What models reject on every server. */
const byModel: readonly (readonly [model: RegExp, checks: readonly ChatCheck[]])[] = [
  [
    deepseekThinks,
    [
      reasoningBack((index) => ({
        message: `Missing \`reasoning_content\` field in the assistant message at message index ${index}. For more information, please refer to https://api-docs.deepseek.com/guides/thinking_mode#tool-calls`,
      })),
      choices(['auto', 'none'], () => ({ message: 'Thinking mode does not support this tool_choice' })),
    ],
  ],
  [
    /kimi-k(2\.[5-9]|2-thinking|[3-9])/,
    [
      // QuantumNous/new-api#3121, anomalyco/opencode#10996, HKUDS/nanobot#202
      reasoningBack((index) => ({
        message: `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`,
      })),
      fixed('temperature', [1], () => ({ message: 'invalid temperature: only 1 is allowed for this model' })),
      fixed('top_p', [0.95], () => ({ message: 'invalid top_p: only 0.95 is allowed for this model' })),
      fixed('n', [1], () => ({ message: 'invalid n: only 1 is allowed for this model' })),
      choices(['auto', 'none'], (choice) => ({ message: `tool_choice '${choice}' is incompatible with thinking enabled` })),
    ],
  ],
  // Their chat templates raise these errors (ollama/ollama#17774, QwenLM/Qwen3.8#186).
  [/qwen/, [systemFirst(() => ({ message: 'System message must be at the beginning.' }))]],
  [
    /gemma|llama-2|mistral-7b/,
    [
      allows({ user: ['assistant'], assistant: ['user'] }, () => ({
        message: 'Conversation roles must alternate user/assistant/user/assistant/...',
      })),
    ],
  ],
];

/** The checks for a request to this server and model. */
export function chatChecks(server: string, model: string): readonly ChatCheck[] {
  const own = chatServers[server]?.checks ?? [];
  return [...own, ...byModel.filter(([pattern]) => pattern.test(model.toLowerCase())).flatMap(([, checks]) => checks)];
}
