import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { parse } from '../../../lib/dialects/anthropic-messages/parse.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';

const minimal = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] };
const parsed = (body: JsonObject) => anthropicMessages.parse({ ...minimal, ...body });
const partsOf = (...content: Json[]) => parsed({ messages: [{ role: 'user', content }] }).messages[0]?.content;

describe('parse', () => {
  test('reads a minimal request', () => {
    expect(parsed({})).toEqual({
      dialect: 'anthropic-messages',
      body: minimal,
      model: 'm',
      stream: false,
      messages: [{ role: 'user', content: [{ field: 'messages[0].content', type: 'text', text: 'hi' }] }],
      parameters: { maxOutputTokens: 10 },
      spelling: { maxOutputTokens: 'max_tokens' },
      unknown: [],
      showUsage: true,
    });
  });

  test('puts the system prompt first, from text or blocks', () => {
    expect(parsed({ system: 'Be brief.' }).messages[0]).toEqual({
      role: 'system',
      content: [{ field: 'system', type: 'text', text: 'Be brief.' }],
    });
    const cached = { type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } };
    expect(parsed({ system: [cached] }).messages[0]?.content).toEqual([
      { field: 'system[0]', cache: { ttl: '1h' }, type: 'text', text: 'Long.' },
    ]);
  });

  test.each<[string, JsonObject, object]>([
    ['text', { type: 'text', text: 'a' }, { type: 'text', text: 'a' }],
    ['a cache mark', { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }, { cache: {} }],
    ['no cache mark', { type: 'text', text: 'a', cache_control: null }, { type: 'text' }],
    [
      'an image',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } },
    ],
    [
      'an image elsewhere',
      { type: 'image', source: { type: 'url', url: 'https://a/b.png' } },
      { type: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
    ],
    ['an image by its id', { type: 'image', source: { type: 'file', file_id: 'f' } }, { type: 'passthrough' }],
    [
      'a document',
      { type: 'document', title: 'T', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' } },
      { type: 'document', name: 'T', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' } },
    ],
    [
      'a document of text',
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'abc' } },
      { type: 'document', source: { kind: 'text', text: 'abc' } },
    ],
    [
      'a call',
      { type: 'tool_use', id: 'a', name: 'f', input: { x: null } },
      { type: 'tool-call', id: 'a', name: 'f', json: '{"x":null}' },
    ],
    ['thinking', { type: 'thinking', thinking: 'Hm', signature: 's+/=' }, { type: 'reasoning', text: 'Hm', signature: 's+/=' }],
    ['redacted thinking', { type: 'redacted_thinking', data: 'zz' }, { type: 'redacted-reasoning', data: 'zz' }],
    ['a search', { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, { type: 'passthrough' }],
    ['what we do not know', { type: 'hologram' }, { type: 'passthrough', value: { type: 'hologram' } }],
    ['a type that is a name of every object', { type: 'constructor' }, { type: 'passthrough' }],
  ])('reads a block of %s', (_, block, part) => {
    expect(partsOf(block)).toMatchObject([{ field: 'messages[0].content[0]', ...part }]);
  });

  test('reads unsigned thinking without a signature', () => {
    const [part] = partsOf({ type: 'thinking', thinking: 'Hm', signature: '' }) ?? [];
    expect(part).not.toHaveProperty('signature');
  });

  test('reads tool results as text, blocks, nothing and failures', () => {
    const result = (more: JsonObject) => ({ type: 'tool_result', tool_use_id: 'a', ...more });
    const failed = result({ is_error: true, content: [{ type: 'text', text: 'no' }, { type: 'tool_reference' }] });
    expect(partsOf(result({ content: '15 °C' }), result({}), failed)).toEqual([
      {
        field: 'messages[0].content[0]',
        type: 'tool-result',
        id: 'a',
        content: [{ field: 'messages[0].content[0].content', type: 'text', text: '15 °C' }],
      },
      { field: 'messages[0].content[1]', type: 'tool-result', id: 'a', content: [] },
      {
        field: 'messages[0].content[2]',
        type: 'tool-result',
        id: 'a',
        failed: true,
        content: [
          { field: 'messages[0].content[2].content[0]', type: 'text', text: 'no' },
          { field: 'messages[0].content[2].content[1]', type: 'passthrough', value: { type: 'tool_reference' } },
        ],
      },
    ]);
  });

  test.each<[JsonObject, object, object]>([
    [{ temperature: 0, top_p: 1, top_k: 0 }, { temperature: 0, topP: 1, topK: 0 }, { topP: 'top_p' }],
    [{ stop_sequences: ['a'] }, { stop: ['a'] }, { stop: 'stop_sequences' }],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }, { user: 'metadata.user_id' }],
    [{ service_tier: 'standard_only' }, { serviceTier: 'default' }, { serviceTier: 'service_tier' }],
    [{ tool_choice: { type: 'auto' } }, { toolChoice: { type: 'auto' } }, { toolChoice: 'tool_choice' }],
    [{ tool_choice: { type: 'any' } }, { toolChoice: { type: 'required' } }, {}],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { toolChoice: { type: 'tool', name: 'f' } }, {}],
    [{ tool_choice: { type: 'none' } }, { toolChoice: { type: 'none' } }, {}],
    [{ tool_choice: { type: 'new' } }, { toolChoice: { type: 'passthrough', value: { type: 'new' } } }, {}],
    [
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { parallelToolCalls: false },
      { parallelToolCalls: 'tool_choice.disable_parallel_tool_use' },
    ],
    [
      { thinking: { type: 'enabled', budget_tokens: 2000 } },
      { reasoning: { enabled: true, budgetTokens: 2000 } },
      { reasoning: 'thinking' },
    ],
    [{ thinking: { type: 'disabled' } }, { reasoning: { enabled: false } }, {}],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
      { reasoning: { enabled: true, effort: 'xhigh' } },
      {},
    ],
    [
      { output_config: { effort: 'low' } },
      { reasoning: { enabled: true, effort: 'low' } },
      { reasoning: 'output_config.effort' },
    ],
    [
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      { responseFormat: { type: 'json-schema', name: 'response', schema: { type: 'object' }, strict: true } },
      { responseFormat: 'output_config.format' },
    ],
    [
      { output_format: { type: 'json_schema', schema: {} } },
      { responseFormat: { type: 'json-schema', schema: {} } },
      { responseFormat: 'output_format' },
    ],
  ])('%j', (body, parameters, spelling) => {
    expect(parsed(body)).toMatchObject({ parameters, spelling });
  });

  test('reads the client’s tools as functions, and keeps the provider’s own tools', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const server = { type: 'url', url: 'https://mcp', name: 'm' };
    const schema = { type: 'object', properties: {} };
    const { parameters } = parsed({
      tools: [
        { name: 'f', description: 'F', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
        { type: 'custom', name: 'g', input_schema: schema },
        search,
      ],
      mcp_servers: [server],
    });
    expect(parameters.tools).toEqual([
      { field: 'tools[0]', cache: {}, type: 'function', name: 'f', description: 'F', schema, strict: true },
      { field: 'tools[1]', type: 'function', name: 'g', schema },
      { field: 'tools[2]', type: 'passthrough', value: search },
      { field: 'mcp_servers[0]', type: 'passthrough', value: server },
    ]);
  });

  test('reads null and an empty list as absent', () => {
    const nulls = { system: null, stream: null, temperature: null, top_p: null, top_k: null, tools: null, tool_choice: null };
    expect(parsed({ ...nulls, thinking: null, metadata: null, stop_sequences: null })).toEqual(parsed({}));
    expect(parsed({ tools: [], stop_sequences: [], metadata: { user_id: null } }).parameters).toEqual({ maxOutputTokens: 10 });
  });

  test('accepts and lists unknown members', () => {
    const body = { context_management: { edits: [] }, container: 'c', brand_new: 1, anthropic_beta: ['b'] };
    expect(parsed(body)).toMatchObject({ body, unknown: ['context_management', 'container', 'brand_new'] });
  });

  test.each<[string, JsonObject]>([
    ['model', { model: undefined }],
    ['model', { model: '' }],
    ['max_tokens', { max_tokens: undefined }],
    ['max_tokens', { max_tokens: null }],
    ['max_tokens', { max_tokens: 0 }],
    ['max_tokens', { max_tokens: 1.5 }],
    ['messages', { messages: undefined }],
    ['messages', { messages: 'hi' }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages[1].content[0].type', { messages: [minimal.messages[0] ?? {}, { role: 'user', content: [{ text: 'x' }] }] }],
    ['messages[0].content[1].text', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type: 'text' }] }] }],
    [
      'messages[0].content[0].source.data',
      { messages: [{ role: 'user', content: [image({ type: 'base64', media_type: 'a' })] }] },
    ],
    ['messages[0].content[0].id', { messages: [{ role: 'assistant', content: [{ type: 'tool_use', name: 'f', input: {} }] }] }],
    [
      'messages[0].content[0].input',
      { messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: 1 }] }] },
    ],
    ['messages[0].content[0].content[0].text', { messages: [{ role: 'user', content: [result([{ type: 'text' }])] }] }],
    ['system[0].text', { system: [{ type: 'text' }] }],
    ['system', { system: 5 }],
    ['stream', { stream: 'yes' }],
    ['temperature', { temperature: 1.1 }],
    ['temperature', { temperature: -0.1 }],
    ['top_p', { top_p: 2 }],
    ['top_k', { top_k: -1 }],
    ['stop_sequences[0]', { stop_sequences: [5] }],
    ['tools[0].name', { tools: [{ input_schema: {} }] }],
    ['tools[0].input_schema', { tools: [{ name: 'f' }] }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled' } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
    ['metadata.user_id', { metadata: { user_id: 5 } }],
  ])('reports %s in %j', (param, body) => {
    const given = Object.fromEntries(Object.entries({ ...minimal, ...body }).filter(([, value]) => value !== undefined));
    expect(() => anthropicMessages.parse(given)).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param, message: expect.stringContaining(`\`${param}\``) }),
    );
  });

  test('quotes an invalid value, but not at length', () => {
    expect(() => parsed({ messages: [{ role: 'x'.repeat(100_000), content: '' }] })).toThrow(/^.{0,200}$/);
  });

  test('rejects sampling parameters in the API version of October 2026', () => {
    const body = { ...minimal, top_p: 0.9 };
    expect(() => parse(body, { version: '2026-10-21' })).toThrow(
      expect.objectContaining({ kind: 'invalid_request', param: 'top_p' }),
    );
    expect(parse(body, { version: '2023-06-01' }).parameters).toMatchObject({ topP: 0.9 });
  });

  const withRequests = recordings('anthropic-messages').filter(({ request }) => request);
  testRecordings('takes what real clients sent', withRequests, ({ request }) => {
    const body = request?.() ?? {};
    expect(anthropicMessages.parse(body)).toMatchObject({ stream: true, model: body.model });
  });
});

function image(source: JsonObject): JsonObject {
  return { type: 'image', source };
}

function result(content: Json): JsonObject {
  return { type: 'tool_result', tool_use_id: 'a', content };
}
