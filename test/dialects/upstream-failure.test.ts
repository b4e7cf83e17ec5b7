import { describe, expect, test } from 'vitest';
import { upstreamFailure } from '../../lib/dialects/upstream-failure.ts';

describe('a refusal with 400 is what its words say', () => {
  const refusals: [who: string, failure: { code?: string; message: string }, kind: string][] = [
    ['OpenAI', { code: 'context_length_exceeded', message: 'Too long.' }, 'context_length_exceeded'],
    ['vLLM', { message: "This model's maximum context length is 8192 tokens." }, 'context_length_exceeded'],
    ['Anthropic', { message: 'prompt is too long: 209631 tokens > 200000 maximum' }, 'context_length_exceeded'],
    ['Bedrock', { message: 'Input is too long for requested model.' }, 'context_length_exceeded'],
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
