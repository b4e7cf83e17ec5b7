import { expect } from 'vitest';
import { chat, messages, responses } from '../bodies.ts';
import { lastBody, type RequestCase } from '../request-case.ts';

const adaptive = { type: 'adaptive', display: 'summarized' };

/** How each model takes a request for reasoning. */
export const thinkingCases: readonly RequestCase[] = [
  {
    title: 'asks Claude Opus 4.8 for adaptive thinking when a chat client sets reasoning_effort',
    reports: ['anomalyco/opencode#22863', 'freecodexyz/free-code#32', 'ENTERPILOT/GoModel#360'],
    client: 'chat',
    model: 'anthropic/claude-opus-4-8',
    body: chat({ reasoning_effort: 'high', max_tokens: 7000 }),
    check: (outcome) => {
      expect(lastBody(outcome).thinking).toEqual(adaptive);
      expect(lastBody(outcome).output_config).toMatchObject({ effort: 'high' });
    },
  },
  {
    title: 'asks Claude Opus 4.8 for adaptive thinking when a Responses client sets an effort',
    reports: ['openclaw/openclaw#69460', 'anomalyco/opencode#22863'],
    client: 'responses',
    model: 'anthropic/claude-opus-4-8',
    body: responses({
      reasoning: { effort: 'medium', summary: 'auto' },
      store: false,
      include: ['reasoning.encrypted_content'],
    }),
    check: (outcome) => expect(lastBody(outcome).thinking).toEqual(adaptive),
  },
  {
    title: 'drops temperature for Claude Opus 4.8, which samples by itself',
    reports: ['The-PR-Agent/pr-agent#2456', 'RooCodeInc/Roo-Code#12162'],
    client: 'chat',
    model: 'anthropic/claude-opus-4-8',
    body: chat({ temperature: 0.3 }),
    check: ({ dropped }) => expect(dropped).toContain('temperature'),
  },
  {
    title: 'asks Claude Opus 4.8 on Converse for thinking that is shown',
    reports: ['MoonshotAI/kimi-cli#1918', 'AAswordman/Operit#568'],
    client: 'chat',
    model: 'bedrock/us.anthropic.claude-opus-4-8',
    body: chat({ reasoning_effort: 'high', max_tokens: 7000 }),
    check: (outcome) => expect(lastBody(outcome).additionalModelRequestFields).toMatchObject({ thinking: adaptive }),
  },
  {
    title: 'leaves out that thinking is off for a model that has none',
    reports: ['anthropics/claude-code#65863', 'lidge-jun/opencodex#954', 'yaroslavyaroslav/OpenAI-sublime-text#146'],
    client: 'messages',
    model: 'openai/gpt-4o',
    body: messages({ thinking: { type: 'disabled' } }),
    check: (outcome) => expect(lastBody(outcome)).not.toHaveProperty('reasoning_effort'),
  },
  {
    title: 'serves text completion with its defaults from a current Claude',
    reports: ['UiPath/uipath-langchain-python#791'],
    client: 'complete',
    model: 'anthropic/claude-opus-4-8',
    body: { prompt: '\n\nHuman: Hello there\n\nAssistant:', max_tokens_to_sample: 40 },
    check: (outcome) => {
      for (const name of ['temperature', 'top_p', 'top_k']) expect(lastBody(outcome)).not.toHaveProperty(name);
    },
  },
];
