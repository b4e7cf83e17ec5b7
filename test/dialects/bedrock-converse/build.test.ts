import { describe, expect, test } from 'vitest';
import { bedrockConverseUpstream } from '../../../lib/dialects/bedrock-converse/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { Message, ModelRequest, Parameters, Part } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const newClaude = 'global.anthropic.claude-opus-5-5';
const nova = 'amazon.nova-pro-v1:0';
const llama = 'meta.llama3-3-70b-instruct-v1:0';
const profile = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc';

const build = (request: ModelRequest, model: string) => buildFor(bedrockConverseUpstream(), request, model);

function requestOf(parameters: Parameters = {}, messages: Message[] = [user(text('Hi'))]): ModelRequest {
  return {
    dialect: 'openai-chat',
    body: {},
    model: 'm',
    stream: true,
    messages,
    parameters,
    spelling: {
      temperature: 'temperature',
      topP: 'top_p',
      responseFormat: 'response_format',
      toolChoice: 'tool_choice',
      reasoning: 'reasoning_effort',
    },
    unknown: [],
    showUsage: false,
  };
}

const turn =
  (role: Message['role']) =>
  (...content: Part[]): Message => ({ role, content });
const system = turn('system');
const user = turn('user');
const assistant = turn('assistant');
const text = (words: string): Part => ({ type: 'text', text: words, field: 'text' });
const call = (id: string, json: string): Part => ({ type: 'tool-call', id, name: 'weather', json, field: 'call' });
const result = (id: string, ...content: Part[]): Part => ({ type: 'tool-result', id, content, field: 'result' });
const weather = { type: 'function' as const, name: 'weather', schema: { type: 'object' }, field: 'tools[0]' };

const messagesOf = (messages: Message[], model = claude) => build(requestOf({}, messages), model).body.messages;
const contentOf = (part: Part, model = claude) => build(requestOf({}, [user(part)]), model).body.messages;
const builtOf = (parameters: Parameters, model = claude) => {
  const { body, dropped } = build(requestOf(parameters), model);
  const { messages: _messages, ...rest } = body;
  return { ...rest, ...(dropped.length > 0 && { dropped }) };
};

function refusal(parameters: Parameters, ...messages: Message[]): SluiceError {
  try {
    build(requestOf(parameters, messages.length > 0 ? messages : undefined), claude);
  } catch (error) {
    if (error instanceof SluiceError) return error;
  }
  throw new Error('expected a refusal');
}

describe('the conversation', () => {
  test('puts system turns in their own field, in order', () => {
    const { body } = build(requestOf({}, [system(text('Be brief.')), user(text('Hi')), system(text('In verse.'))]), claude);
    expect(body).toEqual({
      system: [{ text: 'Be brief.' }, { text: 'In verse.' }],
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    });
  });

  test('joins neighbors of one role into one turn, tool results included', () => {
    const messages = [
      user(text('Weather?')),
      assistant(text('Let me see.')),
      assistant(call('a', '{"city":"Bonn"}'), call('b', ' ')),
      user(result('a', text('rain'))),
      user(result('b', text('sun'))),
      user(text('Well?')),
    ];
    expect(messagesOf(messages)).toEqual([
      { role: 'user', content: [{ text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { text: 'Let me see.' },
          { toolUse: { toolUseId: 'a', name: 'weather', input: { city: 'Bonn' } } },
          { toolUse: { toolUseId: 'b', name: 'weather', input: {} } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'a', content: [{ text: 'rain' }] } },
          { toolResult: { toolUseId: 'b', content: [{ text: 'sun' }] } },
          { text: 'Well?' },
        ],
      },
    ]);
  });

  test('drops blank text, and a turn with nothing else', () => {
    expect(messagesOf([user(text('Hi')), assistant(text('')), user(text(' \n'), text('there'))])).toEqual([
      { role: 'user', content: [{ text: 'Hi' }, { text: 'there' }] },
    ]);
  });

  test("ids of other providers' calls are made such as Bedrock takes, and stay pairs", () => {
    const content = JSON.stringify(messagesOf([assistant(call('functions.f:0', '')), user(result('functions.f:0'))]));
    expect(content.match(/"toolUseId":"functions_f_0_\w+"/g)).toHaveLength(2);
    expect(JSON.stringify(messagesOf([assistant(call('x'.repeat(99), ''))]))).toMatch(/"toolUseId":"x{50,}_\w+"/);
  });

  test('marks a failed result as failed', () => {
    expect(contentOf({ ...result('a', text('no')), failed: true } as Part)).toMatchObject([
      { content: [{ toolResult: { status: 'error' } }] },
    ]);
  });

  test('sends images and documents as bytes', () => {
    const source = (mediaType: string) => ({ kind: 'base64' as const, mediaType, data: 'AAEC' });
    expect(contentOf({ type: 'image', source: source('image/jpg'), field: 'f' })).toEqual([
      { role: 'user', content: [{ image: { format: 'jpeg', source: { bytes: 'AAEC' } } }] },
    ]);
    const report = { type: 'document' as const, name: 'Bericht_für  2024.pdf', field: 'f' };
    const notes: Part = { type: 'document', source: { kind: 'text', text: 'notes' }, field: 'f' };
    expect(
      messagesOf([user({ ...report, source: source('application/pdf') }, { ...report, source: source('text/csv') }, notes)]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { document: { format: 'pdf', name: 'Bericht-f-r 2024-pdf', source: { bytes: 'AAEC' } } },
          { document: { format: 'csv', name: 'Bericht-f-r 2024-pdf (2)', source: { bytes: 'AAEC' } } },
          { document: { format: 'txt', name: 'document', source: { bytes: 'bm90ZXM=' } } },
          // Bedrock refuses a turn of documents alone.
          { text: 'See the document.' },
        ],
      },
    ]);
  });

  test('rejects what Converse can’t express, by field', () => {
    const refused = (part: Part, role = user) => refusal({}, role(part)).param;
    const url = { kind: 'url' as const, url: 'https://example.com/a.png' };
    const bytes = (mediaType: string) => ({ kind: 'base64' as const, mediaType, data: '' });
    expect(refused({ type: 'image', source: url, field: 'a' })).toBe('a');
    expect(refused({ type: 'document', source: url, field: 'b' })).toBe('b');
    expect(refused({ type: 'image', source: bytes('image/tiff'), field: 'c' })).toBe('c');
    expect(refused({ type: 'image', source: bytes('constructor'), field: 'd' })).toBe('d');
    expect(refused({ type: 'passthrough', value: {}, field: 'e' })).toBe('e');
    expect(refused({ type: 'image', source: bytes('image/png'), field: 'f' }, system)).toBe('f');
    expect(refused(result('a', call('b', '')))).toBe('call');
  });

  test('sends signed reasoning back byte for byte if the model accepts it, and drops it otherwise', () => {
    const thoughts: Part[] = [
      { type: 'reasoning', text: 'Hm', signature: 'sig+/=', field: 'signed' },
      { type: 'redacted-reasoning', data: 'QUJD', field: 'opaque' },
      { type: 'reasoning', text: 'Hm', field: 'unsigned' },
      text('Hi'),
    ];
    const request = requestOf({}, [user(text('?')), assistant(...thoughts), user(text('So?'))]);
    const asked = { role: 'user', content: [{ text: '?' }] };
    const more = { role: 'user', content: [{ text: 'So?' }] };
    for (const model of [claude, newClaude, profile]) {
      expect(build(request, model)).toEqual({
        body: {
          messages: [
            asked,
            {
              role: 'assistant',
              content: [
                { reasoningContent: { reasoningText: { text: 'Hm', signature: 'sig+/=' } } },
                { reasoningContent: { redactedContent: 'QUJD' } },
                { text: 'Hi' },
              ],
            },
            more,
          ],
        },
        dropped: ['unsigned'],
      });
    }
    expect(build(request, nova)).toEqual({
      body: { messages: [asked, { role: 'assistant', content: [{ text: 'Hi' }] }, more] },
      dropped: ['signed', 'opaque', 'unsigned'],
    });
  });

  test('puts a cache mark behind its part if the model has such a cache', () => {
    const request = requestOf({ tools: [{ ...weather, cache: {} }] }, [
      system({ ...text('Be brief.'), cache: {} }),
      user({ ...text('Hi'), cache: { ttl: '1h' } }, text('there')),
    ]);
    const cachePoint = { cachePoint: { type: 'default' } };
    expect(build(request, claude).body).toMatchObject({
      system: [{ text: 'Be brief.' }, cachePoint],
      messages: [{ content: [{ text: 'Hi' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'there' }] }],
      toolConfig: { tools: [{ toolSpec: { name: 'weather' } }, cachePoint] },
    });
    expect(JSON.stringify(build(request, nova).body.toolConfig)).not.toContain('cachePoint');
    expect(JSON.stringify(build(request, nova).body.messages)).toContain('cachePoint');
    expect(JSON.stringify(build(request, llama).body)).not.toContain('cachePoint');
  });
});

describe('parameters', () => {
  test('maps the common ones', () => {
    expect(
      builtOf(
        { maxOutputTokens: 100, temperature: 0.5, topP: 0.9, stop: ['END'], serviceTier: 'flex', parallelToolCalls: true },
        nova,
      ),
    ).toEqual({
      inferenceConfig: { maxTokens: 100, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
      serviceTier: { type: 'flex' },
    });
  });

  test('drops and lists hints that Converse doesn’t support', () => {
    expect(
      builtOf({ seed: 1, user: 'u', frequencyPenalty: 1, topK: 5, parallelToolCalls: false, serviceTier: 'auto' }, llama),
    ).toEqual({
      dropped: ['seed', 'user', 'frequencyPenalty', 'serviceTier', 'topK'],
    });
  });

  test('rejects what would change the answer', () => {
    expect(refusal({ choices: 2 }).param).toBe('choices');
    expect(refusal({ logprobs: {} }).param).toBe('logprobs');
    expect(refusal({ inputChecks: {} }).kind).toBe('unsupported_parameter');
    expect(
      refusal({ tools: [{ type: 'passthrough', value: {}, field: 'tools[0]' }], toolChoice: { type: 'required' } }).param,
    ).toBe('tools[0]');
    expect(refusal({ tools: [weather], toolChoice: { type: 'passthrough', value: {} } }).param).toBe('tool_choice');
    expect(refusal({ toolChoice: { type: 'required' } }).param).toBe('tool_choice');
  });

  test('lowers a temperature above 1 to 1, and lists it', () => {
    for (const model of [claude, nova]) {
      expect(builtOf({ temperature: 1.7 }, model)).toEqual({ inferenceConfig: { temperature: 1 }, dropped: ['temperature'] });
    }
  });

  test('sends topK to Claude, and topP only without a temperature', () => {
    expect(builtOf({ temperature: 1, topP: 0.99, topK: 5 })).toEqual({
      inferenceConfig: { temperature: 1 },
      additionalModelRequestFields: { top_k: 5 },
      dropped: ['top_p'],
    });
    expect(builtOf({ topP: 0.99 })).toEqual({ inferenceConfig: { topP: 0.99 } });
    expect(builtOf({ topK: 5 }, nova)).toEqual({ additionalModelRequestFields: { inferenceConfig: { topK: 5 } } });
  });

  test('sends a thinking budget to Claude, without sampling parameters', () => {
    const thinking = { type: 'enabled', budget_tokens: 2048 };
    const reasoning = { enabled: true, effort: 'low' } as const;
    expect(builtOf({ reasoning, temperature: 0.5, topK: 3 })).toEqual({
      additionalModelRequestFields: { thinking },
      dropped: ['temperature', 'topK'],
    });
    expect(builtOf({ reasoning: { enabled: true, budgetTokens: 3000 } })).toEqual({
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 3000 } },
    });
    expect(builtOf({ reasoning: { enabled: false } })).toEqual({
      additionalModelRequestFields: { thinking: { type: 'disabled' } },
    });
    expect(builtOf({ reasoning }, llama)).toEqual({ dropped: ['reasoning_effort'] });
  });

  test('turns thinking off for Claude if it would cause an error', () => {
    const reasoning = { enabled: true, effort: 'high' } as const;
    const toolChoice = { type: 'required' } as const;
    expect(builtOf({ reasoning, tools: [weather], toolChoice })).toMatchObject({ dropped: ['reasoning_effort'] });
    expect(builtOf({ reasoning, maxOutputTokens: 500 })).toMatchObject({ dropped: ['reasoning_effort'] });
    const history = [user(text('?')), assistant(call('a', '')), user(result('a'))];
    expect(build(requestOf({ reasoning, tools: [weather] }, history), claude).dropped).toEqual(['reasoning_effort']);
  });

  test('sends an effort to newer Claude models, and no sampling parameters', () => {
    expect(builtOf({ reasoning: { enabled: true, effort: 'high' }, temperature: 0.2, topP: 0.9, topK: 3 }, newClaude)).toEqual({
      additionalModelRequestFields: { thinking: { type: 'adaptive', display: 'summarized' } },
      outputConfig: { effort: 'high' },
      dropped: ['temperature', 'top_p', 'topK'],
    });
    expect(builtOf({ temperature: 0.2 }, newClaude)).toEqual({ dropped: ['temperature'] });
  });

  test.each([
    ['anthropic.claude-v2:1', true],
    ['anthropic.claude-instant-v1', true],
    ['anthropic.claude-3-haiku-20240307-v1:0', true],
    ['us.anthropic.claude-opus-4-20250514-v1:0', true],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', true],
    ['anthropic.claude-opus-4-6-v1', true],
    ['anthropic.claude-sonnet-4-6', true],
    ['arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0', true],
    ['anthropic.claude-opus-4-7', false],
    ['anthropic.claude-sonnet-5-5', false],
  ])('%s accepts a temperature: %s', (model, takes) => {
    expect(builtOf({ temperature: 0.2 }, model)).toEqual(
      takes ? { inferenceConfig: { temperature: 0.2 } } : { dropped: ['temperature'] },
    );
  });

  test('sends a schema for the answer as text', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    expect(
      builtOf({ responseFormat: { type: 'json-schema', name: 'city', description: 'A city', schema, strict: true } }),
    ).toEqual({
      outputConfig: {
        textFormat: {
          type: 'json_schema',
          structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'city', description: 'A city' } },
        },
      },
    });
  });

  test('maps tools and tool choice', () => {
    const tools = [
      { ...weather, description: 'Tells it.', strict: true },
      { ...weather, name: 'now', description: '', schema: {} },
    ];
    const toolSpecs = [
      { toolSpec: { name: 'weather', description: 'Tells it.', inputSchema: { json: { type: 'object' } }, strict: true } },
      { toolSpec: { name: 'now', inputSchema: { json: { type: 'object' } } } },
    ];
    expect(builtOf({ tools })).toEqual({ toolConfig: { tools: toolSpecs } });
    expect(builtOf({ tools, toolChoice: { type: 'auto' } })).toEqual({ toolConfig: { tools: toolSpecs } });
    expect(builtOf({ tools, toolChoice: { type: 'required' } })).toEqual({
      toolConfig: { tools: toolSpecs, toolChoice: { any: {} } },
    });
    expect(builtOf({ tools, toolChoice: { type: 'tool', name: 'now' } })).toEqual({
      toolConfig: { tools: toolSpecs, toolChoice: { tool: { name: 'now' } } },
    });
    expect(builtOf({ tools, toolChoice: { type: 'none' } })).toEqual({});
    expect(builtOf({ tools: [] })).toEqual({});
    expect(builtOf({ tools }, nova)).toMatchObject({ dropped: ['tools[0].strict'] });
    expect(JSON.stringify(builtOf({ tools }, nova))).not.toContain('"strict":');
  });

  test('keeps tools if the history has calls, for any tool choice', () => {
    const history = [user(text('?')), assistant(call('a', '')), user(result('a', text('rain')))];
    const toolConfig = { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: { type: 'object' } } } }] };
    for (const parameters of [{}, { tools: [weather], toolChoice: { type: 'none' } }] satisfies Parameters[]) {
      expect(build(requestOf(parameters, history), claude).body.toolConfig).toEqual(toolConfig);
    }
  });

  test("passes a Converse client's own body unchanged, below the bound", () => {
    const body = {
      messages: [],
      brandNewField: { kept: true },
      inferenceConfig: { temperature: 0.1, maxTokens: 9000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 5000 }, top_k: 3 },
    };
    const own = { ...requestOf(), dialect: 'bedrock-converse', body };
    expect(build(own, claude)).toEqual({ body, dropped: [] });
    expect(build({ ...own, parameters: { maxOutputTokens: 4000 } }, claude).body).toEqual({
      ...body,
      inferenceConfig: { temperature: 0.1, maxTokens: 4000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 3999 }, top_k: 3 },
    });
  });
});

describe('the failure of a rejected request', () => {
  const { failure } = bedrockConverseUpstream();

  test('reads all forms of AWS error bodies', () => {
    expect(failure(400, '{"message":"The provided model identifier is invalid."}')).toMatchObject({
      kind: 'invalid_request',
      message: 'The provided model identifier is invalid.',
      upstream: { status: 400 },
    });
    expect(failure(400, '{"__type":"com.amazon.coral.service#ThrottlingException","Message":"Slow down."}')).toMatchObject({
      kind: 'rate_limit_exceeded',
      message: 'Slow down.',
      upstream: { body: { __type: 'ThrottlingException', Message: 'Slow down.' } },
    });
    expect(failure(400, '{"message":"Input is too long for requested model."}').kind).toBe('context_length_exceeded');
    expect(failure(424, '{"__type":"ModelErrorException","message":"Failed.","originalStatusCode":500}').kind).toBe(
      'upstream_error',
    );
  });

  test('never quotes HTML or bytes instead of a message', () => {
    expect(failure(502, '<html>nginx</html>').message).toBe('The provider failed with status 502 and gave no reason.');
    expect(failure(503, '').kind).toBe('server_overloaded');
    expect(failure(503, 'Service Unavailable').message).toBe('Service Unavailable');
  });
});
