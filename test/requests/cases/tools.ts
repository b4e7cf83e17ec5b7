import { expect } from 'vitest';
import {
  assistant,
  chat,
  chatCall,
  chatResult,
  chatTool,
  messages,
  messagesTool,
  pathSchema,
  responses,
  toolResult,
  toolUse,
  user,
} from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';

const longName = 'mcp__inventory_of_the_northern_warehouse_and_its_annex__list_every_item';
const zodSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { lines: { type: 'integer', exclusiveMinimum: 0 } },
  additionalProperties: false,
};

/** Names, ids, schemas and choices of tools. */
export const toolCases: readonly RequestCase[] = [
  {
    title: 'gives OpenAI the properties that a tool without arguments lacks',
    reports: ['inboxapi/cli#106', 'tailcallhq/forgecode#1359', 'langchain-ai/langchain-mcp-adapters#137'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: messages({ tools: [messagesTool(), messagesTool('mcp__notes__list', { type: 'object' })] }),
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'tools', 1, 'function', 'parameters')).toMatchObject({ type: 'object', properties: {} }),
  },
  {
    title: 'shortens a tool name of 71 characters for OpenAI and restores it in the answer',
    reports: ['BerriAI/litellm#17904', 'cline/cline#11885'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: messages({
      messages: [user('List the items in Paris')],
      tools: [messagesTool(longName)],
      tool_choice: { type: 'tool', name: longName },
    }),
    check: (outcome) => {
      expect(String(pick(lastBody(outcome), 'tools', 0, 'function', 'name')).length).toBeLessThanOrEqual(64);
      expect(outcome.text).toContain(longName);
    },
  },
  {
    title: 'gives Mistral call ids of nine letters and digits, the same for call and result',
    reports: ['mnfst/llm-gateway#1186', 'karthink/gptel#1203'],
    client: 'chat',
    model: 'mistral/mistral-large-latest',
    body: {
      messages: [
        user('What do my notes say?'),
        assistant(null, { tool_calls: [chatCall('call_Jk2mPq8RtVx0Zb4Nd6Gh')] }),
        chatResult('call_Jk2mPq8RtVx0Zb4Nd6Gh'),
      ],
      tools: [chatTool()],
    },
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'messages', 2, 'tool_call_id')).toBe(
        pick(lastBody(outcome), 'messages', 1, 'tool_calls', 0, 'id'),
      ),
  },
  {
    title: 'shortens a call id of more than 64 characters for Responses, the same for call and result',
    reports: ['orchidfiles/ungate#26', 'AnswerDotAI/fastllm#45'],
    client: 'messages',
    model: 'openai/gpt-5-codex',
    body: {
      max_tokens: 900,
      messages: [
        user('What do my notes say?'),
        assistant([toolUse(`toolu_vrtx_${'k'.repeat(70)}`)]),
        user([toolResult(`toolu_vrtx_${'k'.repeat(70)}`)]),
      ],
      tools: [messagesTool()],
    },
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'input', 2, 'call_id')).toBe(pick(lastBody(outcome), 'input', 1, 'call_id')),
  },
  {
    title: 'gives Gemini a JSON schema in the field that takes one',
    reports: ['Wei-Shaw/sub2api#5506', 'ahmadrosid/nakama#292'],
    client: 'messages',
    model: 'gemini/gemini-3.5-flash',
    body: messages({ tools: [messagesTool('Read', zodSchema)] }),
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'tools', 0, 'functionDeclarations', 0, 'parametersJsonSchema')).toBeTruthy(),
  },
  {
    title: 'leaves out for Nova what its tool schemas have no place for',
    reports: ['pydantic/pydantic-ai#1623', 'BerriAI/litellm#10062', 'zed-industries/zed#28521'],
    client: 'chat',
    model: 'bedrock/us.amazon.nova-pro-v1:0',
    body: chat({ tools: [chatTool('read_file', { ...zodSchema, ...pathSchema })] }),
  },
  {
    title: 'calls Llama 4 on Bedrock whole when there are tools, and streams the answer',
    reports: ['earendil-works/pi#3739', 'obot-platform/obot#4101', 'run-llama/llama_index#19655', 'brave/brave-browser#52158'],
    client: 'chat',
    model: 'bedrock/us.meta.llama4-maverick-17b-instruct-v1:0',
    body: chat({ tools: [chatTool()] }),
    check: ({ sent }) => expect(sent.at(-1)?.path).toMatch(/\/converse$/),
  },
  {
    title: 'goes on after arguments that were cut off',
    reports: ['local-inference-lab/vllm#684', 'MoonshotAI/kimi-cli#2196', 'theopenco/llmgateway#2997', 'justrach/codegraff#752'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: {
      messages: [
        user('What do my notes say?'),
        assistant(null, { tool_calls: [chatCall('call_7', '{"path": "no')] }),
        chatResult('call_7', 'The call was cut off and not made.'),
        user('Please try again'),
      ],
      tools: [chatTool()],
    },
  },
  {
    title: 'merges alternatives at the top of a tool schema for Anthropic',
    reports: ['langchain-ai/langchain#39271', 'Kilo-Org/kilocode#12905', 'MoonshotAI/kimi-code#2328'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({
      tools: [
        chatTool(),
        chatTool('attach', {
          type: 'object',
          anyOf: [
            { type: 'object', properties: { body: { type: 'string' } }, required: ['body'] },
            { type: 'object', properties: { link: { type: 'string' } }, required: ['link'] },
          ],
        }),
      ],
    }),
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'tools', 1, 'input_schema', 'properties')).toMatchObject({ body: {}, link: {} }),
  },
  {
    title: 'puts the results of parallel calls into one turn for Converse',
    reports: ['mlflow/mlflow#23621'],
    client: 'chat',
    model: 'bedrock/zai.glm-5',
    body: {
      messages: [
        user('What do both of my notes say?'),
        assistant(null, { tool_calls: [chatCall('call_a'), chatCall('call_b', '{"path":"more.txt"}')] }),
        chatResult('call_b', 'Call Ann.'),
        chatResult('call_a'),
      ],
      tools: [chatTool()],
    },
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 2, 'content')).toHaveLength(2),
  },
  {
    title: 'leaves out a choice among no tools',
    reports: ['openai/codex#46773', 'earendil-works/pi#8638', 'duolahypercho/codex-router#108'],
    client: 'responses',
    model: 'xai/grok-4.6',
    body: responses({ input: [user('Sum this up.')], tools: [], tool_choice: 'auto', parallel_tool_calls: false }),
  },
  {
    title: 'leaves out an empty list of tools for vLLM',
    reports: ['MiniMax-AI/minimax-code#194'],
    client: 'chat',
    model: 'vllm/qwen3',
    body: chat({ tools: [] }),
  },
  {
    title: 'carries parallel_tool_calls false to Anthropic',
    reports: ['lidge-jun/opencodex#5211'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({ tools: [chatTool()], parallel_tool_calls: false }),
    check: (outcome) => expect(lastBody(outcome).tool_choice).toEqual({ type: 'auto', disable_parallel_tool_use: true }),
  },
  {
    title: 'refuses a choice among some of the tools where the provider has none',
    reports: ['lidge-jun/opencodex#5211'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({
      tools: [chatTool(), chatTool('write_file')],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'read_file' } }] },
      },
    }),
    refused: true,
    check: ({ status, text }) => {
      expect(status).toBe(400);
      expect(text).toContain('tool_choice');
    },
  },
];
