import { expect } from 'vitest';
import {
  assistant,
  cacheMark,
  chat,
  messages,
  messagesTool,
  responses,
  responsesTool,
  text,
  toolResult,
  toolUse,
  user,
} from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';
import { chatChunks, responsesEvents } from './streams.ts';

const patchTool = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: /.+/s' },
};

const billing = text('x-anthropic-billing-header: cc_version=2.1.160.2; cc_entrypoint=cli; cch=0b1c2;');

/** What only one vendor has. */
export const vendorOnlyCases: readonly RequestCase[] = [
  {
    title: "leaves Claude Code's billing header out for Bedrock, which refuses it",
    reports: ['musistudio/claude-code-router#1161', 'anthropics/claude-code#24168', 'ericc-ch/copilot-api#174'],
    client: 'messages',
    model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    body: messages({ system: [billing, text('You are a coding agent.', cacheMark)] }),
  },
  {
    title: "leaves Claude Code's billing header out for OpenAI, whose prefix cache it would defeat",
    reports: ['api7/aisix#1144', 'farion1231/cc-switch#2350', 'vllm-project/vllm#36829', 'musistudio/claude-code-router#1343'],
    client: 'messages',
    model: 'openai/gpt-5.5',
    body: messages({ system: [billing, text('You are a coding agent.')] }),
    check: (outcome) => expect(JSON.stringify(lastBody(outcome))).not.toContain('billing-header'),
  },
  {
    title: 'takes eager_input_streaming off the tools for Bedrock',
    reports: ['anthropics/claude-agent-sdk-python#694', 'anthropics/claude-code#33180', 'BerriAI/litellm-docs#1550'],
    client: 'messages',
    model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    body: messages({ tools: [messagesTool('read_file', undefined, { eager_input_streaming: true })] }),
  },
  {
    title: 'takes cache_control.scope off together with its beta for Bedrock',
    reports: ['horselock/claude-code-proxy#14', 'NVIDIA/NeMo-Relay#76'],
    client: 'messages',
    model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    headers: { 'anthropic-beta': 'claude-code-20250219,prompt-caching-scope-2026-01-05,interleaved-thinking-2025-05-14' },
    body: messages({ system: [text('You are a coding agent.', { cache_control: { type: 'ephemeral', scope: 'global' } })] }),
    check: (outcome) => expect(JSON.stringify(lastBody(outcome).system)).toContain('cache_control'),
  },
  {
    title: 'passes a custom tool of a chat client to OpenAI and its call back',
    reports: ['openai/openai-python#2530', 'openai/openai-node#2023', 'Oaklight/llm-rosetta#488'],
    client: 'chat',
    model: 'openai/gpt-5',
    body: chat({
      tools: [{ type: 'custom', custom: { name: 'shell', description: 'Runs a command', format: { type: 'text' } } }],
    }),
    scripted: {
      done: true,
      events: chatChunks(
        [
          { role: 'assistant', content: null },
          { tool_calls: [{ index: 0, id: 'call_7', type: 'custom', custom: { name: 'shell', input: '' } }] },
          { tool_calls: [{ index: 0, id: null, type: null, function: null, custom: { input: 'ls' } }] },
          { tool_calls: [{ index: 0, custom: { input: ' -a' } }] },
        ],
        'tool_calls',
      ),
    },
    check: ({ text: said }) => {
      expect(said).toContain('shell');
      expect([...said.matchAll(/"input":\s*"([^"]*)"/g)].map(([, input]) => input).join('')).toBe('ls -a');
    },
  },
  {
    title: 'passes a custom tool call of Responses through',
    reports: ['Oaklight/llm-rosetta#182'],
    client: 'responses',
    model: 'openai/gpt-5',
    body: responses({ tools: [patchTool] }),
    scripted: {
      events: responsesEvents({
        id: 'ctc_7',
        type: 'custom_tool_call',
        call_id: 'call_7',
        name: 'apply_patch',
        input: '*** Begin Patch',
      }),
    },
    check: ({ text: said }) => expect(said).toContain('*** Begin Patch'),
  },
  {
    title: "carries Codex's freeform apply_patch to Claude as a function",
    reports: ['router-for-me/CLIProxyAPI#5753', 'awsl-project/maxx#813', 'MetaFARS/codex-relay#38'],
    client: 'responses',
    model: 'anthropic/claude-sonnet-4-5',
    body: responses({ tools: [responsesTool('exec_command'), patchTool] }),
    check: (outcome) => expect(pick(lastBody(outcome), 'tools', 1, 'name')).toBe('apply_patch'),
  },
  {
    title: 'drops hosted tools that are merely offered, and lists them',
    reports: ['HarnessRouter/harnessrouter#202', 'awsl-project/maxx#813'],
    client: 'responses',
    model: 'lab/qwen3',
    body: responses({ tools: [responsesTool('exec_command'), { type: 'web_search' }] }),
    check: ({ dropped }) => expect(dropped.join()).toContain('tools'),
  },
  {
    title: 'shows a tool_reference as text to a provider without it',
    reports: ['mims-harvard/ToolUniverse#65', 'anthropics/claude-code#20643'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: {
      max_tokens: 900,
      messages: [
        user('Which tools read notes?'),
        assistant([{ ...toolUse('toolu_a', {}), name: 'ToolSearch' }]),
        user([toolResult('toolu_a', [{ type: 'tool_reference', tool_name: 'mcp__notes__read' }])]),
      ],
      tools: [messagesTool('ToolSearch'), messagesTool('mcp__notes__read', undefined, { defer_loading: true })],
    },
    check: (outcome) => expect(JSON.stringify(pick(lastBody(outcome), 'messages'))).toContain('mcp__notes__read'),
  },
];
