import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import { invokedFamily } from '../../lib/dialects/bedrock-invoke/families.ts';
import type { ProviderDialect } from '../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../lib/dialects/gemini/upstream.ts';
import { type OpenaiChatQuirks, openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { openaiCompletionsUpstream } from '../../lib/dialects/openai-completions/upstream.ts';
import { openaiResponsesUpstream } from '../../lib/dialects/openai-responses/upstream.ts';
import { providerPresets } from '../../lib/providers/presets.ts';
import type { Parameters } from '../../lib/stream/request.ts';
import type { Name } from './callers.ts';

/** A way to call a provider: a dialect, and a model if the model decides. */
export interface PreparedRequest {
  readonly name: string;
  readonly dialect: ProviderDialect;
  readonly model: string;
  /** The provider's preset, where that makes a difference. */
  readonly preset?: string;
}

function invoked(name: string, model: string): PreparedRequest {
  const family = invokedFamily(model);
  if (!family) throw new Error(`${model} belongs to no known family`);
  return { name, dialect: family.dialect, model };
}

const converse = (name: string, model: string): PreparedRequest => ({ name, dialect: bedrockConverseUpstream(), model });

export const overHttp: readonly PreparedRequest[] = [
  { name: 'OpenAI', dialect: openaiChatUpstream({}), model: 'm', preset: 'openai' },
  { name: 'OpenAI, Responses', dialect: openaiResponsesUpstream(), model: 'm', preset: 'openai' },
  { name: 'OpenAI, completions', dialect: openaiCompletionsUpstream({}), model: 'davinci-002' },
  { name: 'Anthropic', dialect: anthropicMessagesUpstream(), model: 'claude-sonnet-4-5' },
  { name: 'Gemini', dialect: geminiUpstream(), model: 'gemini-3-flash' },
];

export const byConverse: readonly PreparedRequest[] = [
  converse('Claude to 4.6', 'anthropic.claude-sonnet-4-5-20250929-v1:0'),
  converse('Claude from 4.7', 'anthropic.claude-opus-4-7'),
  converse('Nova', 'amazon.nova-pro-v1:0'),
  converse('others', 'meta.llama3-3-70b-instruct-v1:0'),
];

export const byInvoke: readonly PreparedRequest[] = [
  invoked('Claude', 'anthropic.claude-sonnet-4-5-20250929-v1:0'),
  invoked('Claude 2', 'anthropic.claude-v2:1'),
  invoked('Titan', 'amazon.titan-text-express-v1'),
  invoked('Llama', 'meta.llama3-3-70b-instruct-v1:0'),
  invoked('Mistral 7B', 'mistral.mistral-7b-instruct-v0:2'),
  invoked('Command R', 'cohere.command-r-v1:0'),
  invoked('Jamba and others', 'ai21.jamba-1-5-large-v1:0'),
];

/** The rest are called like OpenAI, except for the quirks in their presets. */
export const likeOpenai: readonly PreparedRequest[] = Object.entries(providerPresets)
  .filter(([name, { kind }]) => name !== 'openai' && !['anthropic', 'gemini', 'bedrock'].includes(kind))
  .map(([name, { kind, quirks }]) => {
    const usual: OpenaiChatQuirks = kind === 'openai-compatible' ? { maxTokensField: 'max_tokens' } : {};
    return { name, dialect: openaiChatUpstream({ ...usual, ...quirks }), model: 'm', preset: name };
  });

/** What is set, and what has to be set with it. */
export interface Variant {
  readonly name: Name;
  /** Where a parameter has more than one row. */
  readonly value?: string;
  readonly set: Parameters;
  readonly beside?: Parameters;
}

const tools: Parameters = { tools: [{ type: 'function', field: 'tools[0]', name: 'f', schema: { type: 'object' } }] };
const room: Parameters = { maxOutputTokens: 20_000 };

/** Every parameter, alone, with an ordinary value. */
export const variants: readonly Variant[] = [
  { name: 'maxOutputTokens', set: { maxOutputTokens: 500 } },
  { name: 'temperature', set: { temperature: 0.5 } },
  { name: 'temperature', value: 'above 1', set: { temperature: 1.5 } },
  { name: 'topP', set: { topP: 0.5 } },
  { name: 'topP', value: 'with temperature', set: { topP: 0.5 }, beside: { temperature: 0.5 } },
  { name: 'topK', set: { topK: 10 } },
  { name: 'stop', set: { stop: ['x'] } },
  { name: 'frequencyPenalty', set: { frequencyPenalty: 0.5 } },
  { name: 'presencePenalty', set: { presencePenalty: 0.5 } },
  { name: 'logitBias', set: { logitBias: { 7: 1 } } },
  { name: 'seed', set: { seed: 7 } },
  { name: 'tools', set: tools },
  { name: 'toolChoice', value: 'any', set: { toolChoice: { type: 'required' } }, beside: tools },
  { name: 'toolChoice', value: 'this one', set: { toolChoice: { type: 'tool', name: 'f' } }, beside: tools },
  { name: 'toolChoice', value: 'none', set: { toolChoice: { type: 'none' } }, beside: tools },
  { name: 'parallelToolCalls', value: 'no', set: { parallelToolCalls: false }, beside: tools },
  { name: 'reasoning', value: 'an effort', set: { reasoning: { enabled: true, effort: 'low' } }, beside: room },
  { name: 'reasoning', value: 'a budget', set: { reasoning: { enabled: true, budgetTokens: 2000 } }, beside: room },
  { name: 'reasoning', value: 'off', set: { reasoning: { enabled: false } } },
  { name: 'responseFormat', value: 'JSON', set: { responseFormat: { type: 'json-object' } } },
  {
    name: 'responseFormat',
    value: 'a schema',
    set: { responseFormat: { type: 'json-schema', name: 'r', schema: { type: 'object' } } },
  },
  { name: 'choices', set: { choices: 2 } },
  { name: 'logprobs', set: { logprobs: { top: 2 } } },
  { name: 'modalities', set: { modalities: { modalities: ['text', 'audio'] } } },
  { name: 'webSearch', set: { webSearch: {} } },
  { name: 'legacyFunctions', set: { legacyFunctions: [{ name: 'f' }] } },
  { name: 'textCompletion', set: { textCompletion: { suffix: 'x' } } },
  { name: 'inputChecks', set: { inputChecks: { pii: 'block' } } },
  { name: 'outputChecks', set: { outputChecks: { toxicity: true } } },
  { name: 'guardrail', set: { guardrail: { guardrailIdentifier: 'g' } } },
  { name: 'user', set: { user: 'someone' } },
  { name: 'metadata', set: { metadata: { a: 'b' } } },
  { name: 'store', set: { store: true } },
  { name: 'cacheKey', set: { cacheKey: 'k' } },
  { name: 'verbosity', set: { verbosity: 'low' } },
  { name: 'serviceTier', set: { serviceTier: 'flex' } },
  { name: 'includeThinking', set: { includeThinking: true } },
];
