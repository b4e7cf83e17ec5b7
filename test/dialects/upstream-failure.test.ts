import { describe, expect, test } from 'vitest';
import { upstreamFailure } from '../../lib/dialects/upstream-failure.ts';

describe('a 400 is classified by its message', () => {
  const refusals: [who: string, failure: { code?: string; message: string }, kind: string][] = [
    ['OpenAI', { code: 'context_length_exceeded', message: 'Too long.' }, 'context_length_exceeded'],
    ['vLLM', { message: "This model's maximum context length is 8192 tokens." }, 'context_length_exceeded'],
    ['Anthropic', { message: 'prompt is too long: 209631 tokens > 200000 maximum' }, 'context_length_exceeded'],
    ['Bedrock', { message: 'Input is too long for requested model.' }, 'context_length_exceeded'],
    ['Nova', { message: 'Input Tokens Exceeded: Number of input tokens exceeds maximum length.' }, 'context_length_exceeded'],
    [
      'Gemini',
      { message: 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).' },
      'context_length_exceeded',
    ],
    [
      'xAI',
      { message: "This model's maximum prompt length is 131072 but the request contains 537812 tokens." },
      'context_length_exceeded',
    ],
    ['Groq', { message: 'Please reduce the length of the messages or completion.' }, 'context_length_exceeded'],
    ['Moonshot', { message: 'Your request exceeded model token limit: 262144 (requested: 291351)' }, 'context_length_exceeded'],
    ['Zhipu', { code: '1261', message: 'Prompt exceeds max length' }, 'context_length_exceeded'],
    ['llama.cpp', { message: 'the request exceeds the available context size, try increasing it' }, 'context_length_exceeded'],
    [
      'LM Studio',
      { message: 'The number of tokens to keep from the initial prompt is greater than the context length.' },
      'context_length_exceeded',
    ],
    ['Ollama', { message: 'prompt too long; exceeded max context length by 1024 tokens' }, 'context_length_exceeded'],
    [
      'Mistral',
      { message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length' },
      'context_length_exceeded',
    ],
    ['a tool name', { message: 'tools.0.name: String should have at most 128 characters' }, 'invalid_request'],
    ['Azure', { code: 'content_filter', message: "Azure's content management policy" }, 'content_filter'],
    ['OpenAI', { code: 'content_policy_violation', message: 'Rejected by our safety system.' }, 'content_filter'],
    ['Anthropic', { message: 'Output blocked by content filtering policy' }, 'content_filter'],
    ['Bedrock', { message: 'The generated text has been blocked by our content filters.' }, 'content_filter'],
    ['anybody', { message: 'temperature is too high' }, 'invalid_request'],
  ];
  test.each(refusals)('%s: %o', (_, failure, kind) => {
    expect(upstreamFailure({ status: 400, ...failure }).kind).toBe(kind);
  });
});
