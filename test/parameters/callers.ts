import { anthropicComplete } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { requestSchema as messagesSchema } from '../../lib/dialects/anthropic-messages/schema.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { requestSchema as converseSchema } from '../../lib/dialects/bedrock-converse/schema.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { chatSchema } from '../../lib/dialects/openai-chat/schema.ts';
import { openaiCompletions } from '../../lib/dialects/openai-completions/client.ts';
import { completionSchema } from '../../lib/dialects/openai-completions/schema.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { responsesSchema } from '../../lib/dialects/openai-responses/schema.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Parameters } from '../../lib/stream/request.ts';

export type Name = keyof Parameters;

/** How clients of one dialect set each parameter: members of a body, one parameter per body. */
export interface Caller {
  readonly name: string;
  readonly dialect: ClientDialect;
  /** The least that a body can be. */
  readonly bare: JsonObject;
  readonly says: Partial<Record<Name, JsonObject>>;
  /** Members that are no parameters. */
  readonly structure: readonly string[];
  /** Every member that the dialect knows, where it keeps a list. */
  readonly known: readonly string[];
}

const json = { type: 'object', properties: {} };
const functionOf = { name: 'f', parameters: json };
const user = [{ role: 'user', content: 'Hi' }];

/** Every client dialect. Prediction Guard's and Azure's forms count as chat completions here. */
export const callers: readonly Caller[] = [
  {
    name: 'chat completions',
    dialect: openaiChat,
    bare: { model: 'm', messages: user },
    says: {
      maxOutputTokens: { max_completion_tokens: 100 },
      temperature: { temperature: 0.5 },
      topP: { top_p: 0.5 },
      topK: { top_k: 10 },
      stop: { stop: ['x'] },
      frequencyPenalty: { frequency_penalty: 0.5 },
      presencePenalty: { presence_penalty: 0.5 },
      logitBias: { logit_bias: { 7: 1 } },
      seed: { seed: 7 },
      tools: { tools: [{ type: 'function', function: functionOf }] },
      toolChoice: { tool_choice: 'required' },
      parallelToolCalls: { parallel_tool_calls: false },
      reasoning: { reasoning_effort: 'low' },
      responseFormat: { response_format: { type: 'json_object' } },
      choices: { n: 2 },
      logprobs: { logprobs: true, top_logprobs: 2 },
      modalities: { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
      webSearch: { web_search_options: {} },
      legacyFunctions: { functions: [functionOf] },
      inputChecks: { input: { pii: 'block' } },
      outputChecks: { output: { toxicity: true } },
      user: { user: 'someone' },
      metadata: { metadata: { a: 'b' } },
      store: { store: true },
      cacheKey: { prompt_cache_key: 'k' },
      verbosity: { verbosity: 'low' },
      serviceTier: { service_tier: 'flex' },
      includeThinking: { include_thinking: true },
    },
    structure: ['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'function_call', 'safety_identifier'],
    known: Object.keys(chatSchema.entries),
  },
  {
    name: 'completions',
    dialect: openaiCompletions,
    bare: { model: 'm', prompt: 'Hi' },
    says: {
      maxOutputTokens: { max_tokens: 100 },
      temperature: { temperature: 0.5 },
      topP: { top_p: 0.5 },
      topK: { top_k: 10 },
      stop: { stop: ['x'] },
      frequencyPenalty: { frequency_penalty: 0.5 },
      presencePenalty: { presence_penalty: 0.5 },
      logitBias: { logit_bias: { 7: 1 } },
      seed: { seed: 7 },
      choices: { n: 2 },
      textCompletion: { suffix: 'x', echo: true, best_of: 2, logprobs: 2, response_format: { type: 'json_object' } },
      inputChecks: { input: { pii: 'block' } },
      outputChecks: { output: { toxicity: true } },
      user: { user: 'someone' },
    },
    structure: ['model', 'prompt', 'stream', 'stream_options'],
    known: Object.keys(completionSchema.entries),
  },
  {
    name: 'Responses',
    dialect: openaiResponses,
    bare: { model: 'm', input: 'Hi' },
    says: {
      maxOutputTokens: { max_output_tokens: 100 },
      temperature: { temperature: 0.5 },
      topP: { top_p: 0.5 },
      tools: { tools: [{ type: 'function', ...functionOf }] },
      toolChoice: { tool_choice: 'required' },
      parallelToolCalls: { parallel_tool_calls: false },
      reasoning: { reasoning: { effort: 'low' } },
      responseFormat: { text: { format: { type: 'json_object' } } },
      logprobs: { top_logprobs: 2 },
      user: { user: 'someone' },
      metadata: { metadata: { a: 'b' } },
      cacheKey: { prompt_cache_key: 'k' },
      verbosity: { text: { verbosity: 'low' } },
      serviceTier: { service_tier: 'flex' },
    },
    // What would have to be remembered is refused, see stateless.ts.
    structure: [
      ...['model', 'input', 'instructions', 'stream', 'stream_options', 'include', 'store', 'background'],
      'safety_identifier',
    ],
    known: Object.keys(responsesSchema.entries),
  },
  {
    name: 'Messages',
    dialect: anthropicMessages,
    bare: { model: 'm', max_tokens: 100, messages: user },
    says: {
      maxOutputTokens: { max_tokens: 100 },
      temperature: { temperature: 0.5 },
      topP: { top_p: 0.5 },
      topK: { top_k: 10 },
      stop: { stop_sequences: ['x'] },
      tools: { tools: [{ name: 'f', input_schema: json }] },
      toolChoice: { tool_choice: { type: 'any' } },
      parallelToolCalls: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      reasoning: { thinking: { type: 'enabled', budget_tokens: 2000 } },
      responseFormat: { output_config: { format: { type: 'json_schema', schema: json } } },
      user: { metadata: { user_id: 'someone' } },
      serviceTier: { service_tier: 'auto' },
    },
    // Tools of a kind that no other dialect has; an older spelling of output_config.format.
    structure: ['model', 'messages', 'system', 'stream', 'mcp_servers', 'output_format'],
    known: Object.keys(messagesSchema.entries),
  },
  {
    name: '/v1/complete',
    dialect: anthropicComplete,
    bare: { model: 'm', prompt: 'Hi' },
    says: {
      maxOutputTokens: { max_tokens_to_sample: 100 },
      temperature: { temperature: 0.5 },
      topP: { top_p: 0.5 },
      topK: { top_k: 10 },
      stop: { stop_sequences: ['x'] },
      user: { metadata: { user_id: 'someone' } },
    },
    structure: [],
    known: [],
  },
  {
    name: 'Converse',
    dialect: bedrockConverse,
    bare: { model: 'm', stream: true, messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
    says: {
      maxOutputTokens: { inferenceConfig: { maxTokens: 100 } },
      temperature: { inferenceConfig: { temperature: 0.5 } },
      topP: { inferenceConfig: { topP: 0.5 } },
      topK: { additionalModelRequestFields: { top_k: 10 } },
      stop: { inferenceConfig: { stopSequences: ['x'] } },
      tools: { toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json } } }] } },
      toolChoice: { toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json } } }], toolChoice: { any: {} } } },
      reasoning: { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } } },
      responseFormat: {
        outputConfig: {
          textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'r', schema: JSON.stringify(json) } } },
        },
      },
      serviceTier: { serviceTier: { type: 'flex' } },
      guardrail: { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } },
    },
    structure: ['model', 'messages', 'system', 'stream'],
    known: Object.keys(converseSchema.entries),
  },
];
