import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../../lib/dialects/anthropic-messages/upstream.ts';
import { portableToolId } from '../../../lib/dialects/tool-id.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Message, ModelRequest, Parameters, Part, Tool } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const say = (role: Message['role'], ...content: Part[]): Message => ({ role, content });
const text = (said: string, field = 'f'): Part => ({ field, type: 'text', text: said });
const call = (id: string, json: string, field = 'f'): Part => ({ field, type: 'tool-call', id, name: 'weather', json });
const result = (id: string, ...content: Part[]): Part => ({ field: 'f', type: 'tool-result', id, content });

function asked(parameters: Parameters = {}, messages: Message[] = [say('user', text('hi'))]): ModelRequest {
  return {
    dialect: 'openai-chat',
    body: {},
    model: 'alias',
    stream: true,
    messages,
    parameters,
    spelling: Object.fromEntries(Object.keys(parameters).map((name) => [name, `their_${name}`])),
    unknown: [],
    showUsage: false,
  };
}

const build = (request: ModelRequest) => buildFor(anthropicMessagesUpstream(), request, 'claude-sonnet-4-5');
const turns = (...messages: Message[]) => {
  const { system, messages: built } = build(asked({}, messages)).body;
  return { ...(system !== undefined && { system }), messages: built };
};

/** Kimi's id in the form that Anthropic takes. */
const weatherId = portableToolId('functions.weather:0');

describe('build from another dialect', () => {
  test('builds the smallest request', () => {
    expect(build(asked())).toEqual({
      body: {
        model: 'claude-sonnet-4-5',
        max_tokens: 8192,
        messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
        stream: true,
      },
      dropped: [],
    });
  });

  test('joins system turns and neighbors of one role, and leaves no empty turn', () => {
    expect(
      turns(
        say('system', { ...text('One.'), cache: { ttl: '1h' } }),
        say('user', text('a')),
        say('system', text('Two.'), text('')),
        say('user', text('b')),
        say('assistant', text('')),
        say('user', text('c')),
        say('assistant', text('Pre')),
      ),
    ).toEqual({
      system: [
        { type: 'text', text: 'One.', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'text', text: 'Two.' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
            { type: 'text', text: 'c' },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'Pre' }] },
      ],
    });
    expect(turns()).toEqual({ messages: [] });
  });

  test('puts tool results first in their turn of a tool loop', () => {
    expect(
      turns(
        say('user', text('Weather?')),
        say('assistant', text('Let me see'), call('functions.weather:0', '{"city":"北"}'), call('b', ' ')),
        say('user', text('And?')),
        say('user', result('functions.weather:0', text('15 °C'), text('')), { ...result('b'), failed: true } as Part),
      ).messages,
    ).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see' },
          { type: 'tool_use', id: weatherId, name: 'weather', input: { city: '北' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: weatherId, content: [{ type: 'text', text: '15 °C' }] },
          { type: 'tool_result', tool_use_id: 'b', is_error: true },
          { type: 'text', text: 'And?' },
        ],
      },
    ]);
  });

  test.each(['{"city":', '[1]', 'null', '"x"'])('carries arguments that are no object under a key of their own: %s', (json) => {
    expect(turns(say('user', text('?')), say('assistant', call('a', json))).messages).toMatchObject([
      {},
      { content: [{ type: 'tool_use', input: { INVALID_JSON: json } }] },
    ]);
  });

  test('sends signed thinking back byte for byte, or not at all', () => {
    expect(
      turns(
        say('user', text('?')),
        say(
          'assistant',
          { field: 'f', type: 'reasoning', text: 'Hm', signature: 'c2ln+/=' },
          { field: 'f', type: 'reasoning', text: 'unsigned' },
          { field: 'f', type: 'redacted-reasoning', data: 'zz' },
          text('a'),
        ),
      ).messages,
    ).toMatchObject([
      { role: 'user' },
      {
        content: [
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln+/=' },
          { type: 'redacted_thinking', data: 'zz' },
          { type: 'text', text: 'a' },
        ],
      },
    ]);
  });

  test('maps images and documents', () => {
    const image = (source: object) => ({ field: 'f', type: 'image', source }) as Part;
    const document = (source: object, more = {}) => ({ field: 'f', type: 'document', source, ...more }) as Part;
    expect(
      turns(
        say(
          'user',
          image({ kind: 'base64', mediaType: 'image/png', data: 'AA' }),
          { ...image({ kind: 'url', url: 'https://a' }), cache: {} },
          document({ kind: 'text', text: 'abc' }, { name: 'T' }),
          document({ kind: 'base64', mediaType: 'application/pdf', data: 'AA' }),
        ),
      ).messages,
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
          { type: 'image', source: { type: 'url', url: 'https://a' }, cache_control: { type: 'ephemeral' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'abc' }, title: 'T' },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA' } },
        ],
      },
    ]);
  });

  test.each<[string, Message]>([
    [
      'a part that only its own dialect can say',
      say('user', { field: 'messages[0].content[0]', type: 'passthrough', value: {} }),
    ],
    [
      'an image that is text',
      say('user', { field: 'messages[0].content[0]', type: 'image', source: { kind: 'text', text: '' } }),
    ],
    [
      'an image in what the system says',
      say('system', { field: 'messages[0].content[0]', type: 'image', source: { kind: 'url', url: 'a' } }),
    ],
  ])('rejects %s and names the field', (_, message) => {
    expect(() => turns(message)).toThrow(
      expect.objectContaining({ kind: 'unsupported_parameter', param: 'messages[0].content[0]' }),
    );
  });

  const tool = { field: 'tools[0]', type: 'function', name: 'f', schema: { properties: {} } } as const;
  const tools = [tool];
  const builtTool = { name: 'f', input_schema: { type: 'object', properties: {} } };
  const builtTools = { tools: [builtTool] };

  test.each<[string, Parameters, JsonObject, string[]]>([
    ['the caller’s bound', { maxOutputTokens: 5 }, { max_tokens: 5 }, []],
    ['temperature', { temperature: 0.5 }, { temperature: 0.5 }, []],
    ['temperature above 1', { temperature: 2 }, { temperature: 1 }, ['their_temperature']],
    ['top_p', { topP: 0.9 }, { top_p: 0.9 }, []],
    ['top_p with temperature', { temperature: 0.5, topP: 0.9 }, { temperature: 0.5 }, ['their_topP']],
    ['top_k', { topK: 40 }, { top_k: 40 }, []],
    ['stop', { stop: ['END'] }, { stop_sequences: ['END'] }, []],
    ['user', { user: 'u' }, { metadata: { user_id: 'u' } }, []],
    ['a tier that has a like', { serviceTier: 'default' }, { service_tier: 'standard_only' }, []],
    ['a tier that has none', { serviceTier: 'flex' }, {}, ['their_serviceTier']],
    ['hints', { seed: 1, frequencyPenalty: 1, metadata: {} }, {}, ['their_seed', 'their_frequencyPenalty', 'their_metadata']],
    ['tools', { tools }, builtTools, []],
    [
      'a tool with everything',
      { tools: [{ ...tool, description: 'F', strict: true, cache: { ttl: '5m' } }] },
      { tools: [{ ...builtTool, description: 'F', strict: true, cache_control: { type: 'ephemeral', ttl: '5m' } }] },
      [],
    ],
    ['any tool', { tools, toolChoice: { type: 'required' } }, { tool_choice: { type: 'any' } }, []],
    ['one tool', { tools, toolChoice: { type: 'tool', name: 'f' } }, { tool_choice: { type: 'tool', name: 'f' } }, []],
    ['no tool', { tools, toolChoice: { type: 'none' }, parallelToolCalls: false }, { tool_choice: { type: 'none' } }, []],
    [
      'one call at a time',
      { tools, parallelToolCalls: false },
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      [],
    ],
    [
      'one call of any tool',
      { tools, parallelToolCalls: false, toolChoice: { type: 'required' } },
      { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      [],
    ],
    ['a choice among no tools', { toolChoice: { type: 'auto' }, parallelToolCalls: false }, {}, []],
    [
      'a schema',
      { responseFormat: { type: 'json-schema', name: 'r', schema: { type: 'object' } } },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object', additionalProperties: false } } } },
      [],
    ],
  ])('%s', (_, parameters, body, dropped) => {
    const built = build(asked(parameters));
    expect(built.body).toEqual({ ...build(asked()).body, ...(parameters.tools && builtTools), ...body });
    expect(built.dropped).toEqual(dropped);
  });

  test.each<[string, Parameters]>([
    ['their_choices', { choices: 2 }],
    ['their_logprobs', { logprobs: {} }],
    ['their_toolChoice', { toolChoice: { type: 'required' } }],
    ['their_toolChoice', { tools, toolChoice: { type: 'passthrough', value: {} } }],
  ])('rejects %s in %j', (param, parameters) => {
    expect(() => build(asked(parameters))).toThrow(expect.objectContaining({ kind: 'unsupported_parameter', param }));
  });

  test('lists unknown keys', () => {
    expect(build({ ...asked(), unknown: ['brand_new'] }).dropped).toEqual(['brand_new']);
  });
});

describe('thinking', () => {
  const weather = { field: 'tools[0]', type: 'function', name: 'weather', schema: {} } as const;
  const unsigned = [say('user', text('a')), say('assistant', call('a', '{}')), say('user', result('a', text('b')))];
  const signed = [
    say('user', text('a')),
    say('assistant', { field: 'f', type: 'reasoning', text: 'Hm', signature: 's' }, call('a', '{}')),
    say('user', result('a', text('b'))),
  ];

  test.each<[Parameters, number]>([
    [{ reasoning: { enabled: true } }, 4096],
    [{ reasoning: { enabled: true, effort: 'minimal' } }, 1024],
    [{ reasoning: { enabled: true, effort: 'high' }, maxOutputTokens: 64_000 }, 16_384],
    [{ reasoning: { enabled: true, effort: 'high' }, maxOutputTokens: 4096 }, 2048],
    [{ reasoning: { enabled: true, budgetTokens: 5000 }, maxOutputTokens: 8000 }, 5000],
    [{ reasoning: { enabled: true, budgetTokens: 50_000 }, maxOutputTokens: 8000 }, 7999],
  ])('%j gets a budget of %i, and the limit leaves room for an answer', (parameters, budget_tokens) => {
    const { body, dropped } = build(asked(parameters));
    expect(body.thinking).toEqual({ type: 'enabled', budget_tokens });
    expect(body.max_tokens).toBeGreaterThan(budget_tokens);
    expect(dropped).toEqual([]);
  });

  test('removes the sampling parameters', () => {
    const sampling = { temperature: 0.5, topP: 0.9, topK: 4 };
    const { body, dropped } = build(asked({ reasoning: { enabled: true }, ...sampling }));
    for (const name of ['temperature', 'top_p', 'top_k']) expect(body).not.toHaveProperty(name);
    expect(dropped).toEqual(['their_temperature', 'their_topP', 'their_topK']);
  });

  test.each<[string, Parameters, Message[] | undefined]>([
    ['too few tokens', { maxOutputTokens: 2000 }, undefined],
    ['a tool that is forced', { tools: [weather], toolChoice: { type: 'tool', name: 'weather' } }, undefined],
    ['a call whose thinking is not there', {}, unsigned],
    ['a turn that is to be gone on with', {}, [say('user', text('a')), say('assistant', text('b'))]],
  ])('is dropped and listed for %s', (_, parameters, messages) => {
    const { body, dropped } = build(asked({ reasoning: { enabled: true, effort: 'low' }, ...parameters }, messages));
    expect(body).not.toHaveProperty('thinking');
    expect(dropped).toEqual(['their_reasoning']);
  });

  test('continues after a call whose thinking is present, and stays off if it was turned off', () => {
    expect(build(asked({ reasoning: { enabled: true } }, signed)).body).toHaveProperty('thinking.type', 'enabled');
    expect(build(asked({ reasoning: { enabled: false } })).body).toHaveProperty('thinking', { type: 'disabled' });
  });
});

describe('what Claude has in another form', () => {
  const one: Tool = { field: 'tools[0]', type: 'function', name: 'f', schema: { properties: {} } };

  test('carries any JSON by an instruction, and lists it', () => {
    const built = build(asked({ responseFormat: { type: 'json-object' } }));
    expect(JSON.stringify(built.body.system)).toContain('JSON object');
    expect(built.dropped).toEqual(['their_responseFormat']);
  });

  test('leaves out a tool that was only offered, and lists it', () => {
    const built = build(asked({ tools: [one, { field: 'tools[1]', type: 'passthrough', value: {} }] }));
    expect(built.body.tools).toMatchObject([{ name: 'f' }]);
    expect(built.dropped).toEqual(['tools[1]']);
  });

  test('refuses a forced choice of such a tool alone', () => {
    const tools: Tool[] = [{ field: 'tools[0]', type: 'passthrough', value: {} }];
    expect(() => build(asked({ tools, toolChoice: { type: 'required' } }))).toThrow(
      expect.objectContaining({ kind: 'unsupported_parameter', param: 'tools[0]' }),
    );
  });
});

describe('build from the same dialect', () => {
  const body = {
    model: 'alias',
    max_tokens: 4000,
    stream: false,
    system: [{ type: 'text', text: 'first' }],
    messages: [
      { role: 'user', content: [{ type: 'hologram', x: 1 }] },
      { role: 'assistant', content: '' },
    ],
    thinking: { type: 'enabled', budget_tokens: 3000, display: 'omitted' },
    context_management: { edits: [] },
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    temperature: 1,
    top_p: 0.99,
  };
  const own = (more: JsonObject = {}): ModelRequest => anthropicMessages.parse({ ...body, ...more });

  test('passes everything through unchanged, except the model and the stream', () => {
    expect(build(own())).toEqual({ body: { ...body, model: 'claude-sonnet-4-5', stream: true }, dropped: [] });
  });

  test('keeps the thinking budget below a lowered limit', () => {
    const request = own();
    const capped = { ...request, parameters: { ...request.parameters, maxOutputTokens: 2000 } };
    expect(build(capped).body).toMatchObject({
      max_tokens: 2000,
      thinking: { type: 'enabled', budget_tokens: 1999, display: 'omitted' },
    });
  });

  test('moves betas from the body to a header, and the other way on Bedrock', () => {
    const request = own({ anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['a', 'b'] });
    expect(build(request)).toEqual({
      body: { ...body, model: 'claude-sonnet-4-5', stream: true },
      dropped: [],
      headers: { 'anthropic-beta': 'a,b' },
    });
    const { model: _, stream: __, ...rest } = body;
    expect(
      buildFor(anthropicMessagesUpstream({ bodyVersion: 'bedrock-2023-05-31' }), request, 'anthropic.claude-sonnet-4-5'),
    ).toEqual({
      body: { anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['a', 'b'], ...rest },
      dropped: [],
    });
  });
});
