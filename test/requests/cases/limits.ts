import { expect } from 'vitest';
import { chat, messages, responses, user } from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';

const longId = JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: 'a'.repeat(36), session_id: 's'.repeat(36) });

/** Hints and limits. */
export const limitCases: readonly RequestCase[] = [
  {
    title: "keeps Claude Code's user id within OpenRouter's limit",
    reports: ['looplj/axonhub#1669', 'mnfst/llm-gateway#2789', 'ujisati/claude-code-provider-proxy#11', 'maximhq/bifrost#1000'],
    client: 'messages',
    model: 'openrouter/openai/gpt-5',
    body: messages({ metadata: { user_id: longId } }),
  },
  {
    title: 'carries stop_sequences to OpenAI as stop',
    reports: ['BerriAI/litellm#37118', 'lidge-jun/opencodex#954'],
    client: 'messages',
    model: 'openai/gpt-4o-mini',
    body: messages({ stop_sequences: ['ENOUGH'] }),
    check: (outcome) => expect(lastBody(outcome).stop).toEqual(['ENOUGH']),
  },
  {
    title: 'lowers max_tokens to what gpt-4o-mini can write',
    reports: ['ogx-ai/ogx#5696', 'router-for-me/CLIProxyAPI#2758'],
    client: 'messages',
    model: 'openai/gpt-4o-mini',
    body: messages({ max_tokens: 32_000 }),
    check: (outcome) => expect(lastBody(outcome).max_completion_tokens).toBe(16_384),
  },
  {
    title: 'drops an effort that Sonnet 4.5 on Bedrock has no word for',
    reports: ['anthropics/claude-code-action#1005'],
    client: 'messages',
    model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    body: messages({ output_config: { effort: 'high' } }),
  },
  {
    title: 'drops hints of Responses that Groq refuses',
    reports: ['eigent-ai/eigent#1827', 'sipeed/picoclaw#1196', 'CherryHQ/cherry-studio#11435'],
    client: 'responses',
    model: 'groq/openai/gpt-oss-120b',
    body: responses({ prompt_cache_key: 'talk-7', text: { verbosity: 'low' }, store: false }),
    check: ({ dropped }) => expect(dropped).toContain('prompt_cache_key'),
  },
  {
    title: 'drops hints of a chat client that Groq refuses',
    reports: ['eigent-ai/eigent#1827', 'sipeed/picoclaw#1196'],
    client: 'chat',
    model: 'groq/openai/gpt-oss-120b',
    body: chat({ prompt_cache_key: 'talk-7' }),
    check: ({ dropped }) => expect(dropped).toContain('prompt_cache_key'),
  },
  {
    title: 'refuses a blank stop sequence for Claude and names the member',
    reports: ['MegaGrindStone/mcp-web-ui#5', 'BerriAI/litellm#7484'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({ stop: ['\n'] }),
    refused: true,
    check: ({ status, text }) => {
      expect(status).toBe(400);
      expect(text).toContain('stop');
    },
  },
  {
    title: 'closes the objects of an open schema for Anthropic',
    reports: ['mnfst/llm-gateway#2868', 'BerriAI/litellm#35811', 'veryfront/veryfront-code#3918'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({
      messages: [user('Who is Ann?')],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'person',
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, home: { type: 'object', properties: { city: { type: 'string' } } } },
            required: ['name'],
          },
        },
      },
    }),
  },
  {
    title: 'leaves strict out for a schema with optional properties at OpenAI',
    reports: ['BerriAI/litellm#38211', 'juspay/neurolink#1691'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: messages({
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { name: { type: 'string' }, alias: { type: 'string' } },
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
    }),
    check: (outcome) => expect(pick(lastBody(outcome), 'response_format', 'json_schema', 'strict')).not.toBe(true),
  },
];
