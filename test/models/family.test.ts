import { describe, expect, test } from 'vitest';
import { familyOf } from '../../lib/models/family.ts';

describe('familyOf', () => {
  test.each([
    ['claude-opus-4-8', 'claude-opus-4-7'],
    ['us.anthropic.claude-opus-4-8-v1:0', 'claude-opus-4-7'],
    ['anthropic/claude-opus-4.8', 'claude-opus-4-7'],
    ['claude-sonnet-5', 'claude-opus-4-7'],
    ['claude-sonnet-4-5-20250929', 'claude-4-5'],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-4-5'],
    ['claude-sonnet-4-20250514', 'claude-4'],
    ['claude-opus-4-0', 'claude-4'],
    ['claude-opus-4-1-20250805', 'claude-opus-4-1'],
    ['anthropic.claude-v2:1', 'claude-2'],
    ['gpt-5.1-codex', 'gpt-5-codex'],
    ['openai/gpt-5', 'gpt-5'],
    ['gpt-4o-mini', 'gpt-4o'],
    ['o4-mini', 'o-series'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss'],
    ['gemini-2.5-flash-lite', 'gemini-2-5-flash-lite'],
    ['gemini-3.5-flash', 'gemini-3-flash'],
    ['us.amazon.nova-pro-v1:0', 'nova'],
    ['us.meta.llama4-maverick-17b-instruct-v1:0', 'llama-4'],
    ['meta-llama/Llama-3.3-70B-Instruct', 'llama-3-3'],
    ['accounts/fireworks/models/kimi-k2-thinking', 'kimi-thinking'],
    ['kimi-k2-instruct', 'kimi-k2'],
    ['deepseek.r1-v1:0', 'deepseek-r1'],
    ['deepseek-reasoner', 'deepseek-reasoner'],
    ['qwen3:8b', 'qwen3'],
    ['my-own-model', undefined],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3', undefined],
  ])('recognises %s', (id, family) => {
    expect(familyOf(id)).toBe(family);
  });
});
