import { describe, expect, test } from 'vitest';
import { bedrockConverse } from '../../../lib/dialects/bedrock-converse/client.ts';
import { bedrockConverseUpstream } from '../../../lib/dialects/bedrock-converse/upstream.ts';
import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import type { ModelRequest } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';
import { recordings, testRecordings } from '../../support/recordings.ts';

const build = (request: ModelRequest, model: string) => buildFor(bedrockConverseUpstream(), request, model);

const minimal: JsonObject = { messages: [{ role: 'user', content: [{ text: 'hi' }] }] };
const address = { model: 'm', stream: true };
const parsed = (body: JsonObject) => bedrockConverse.parse({ ...minimal, ...body, ...address });
const partsOf = (...content: Json[]) => parsed({ messages: [{ role: 'user', content }] }).messages[0]?.content;
const faultOf = (body: JsonObject) => {
  try {
    parsed(body);
  } catch (thrown) {
    return thrown;
  }
};

describe('parse', () => {
  test('reads a minimal request, and takes the model from the path only', () => {
    expect(parsed({ guardrailConfig: null })).toEqual({
      dialect: 'bedrock-converse',
      body: minimal,
      ...address,
      messages: [{ role: 'user', content: [{ field: 'messages[0].content[0]', type: 'text', text: 'hi' }] }],
      parameters: {},
      spelling: {},
      unknown: [],
      showUsage: true,
    });
  });

  test.each<[string, JsonObject, object]>([
    ['text', { text: 'a' }, { type: 'text', text: 'a' }],
    [
      'an image',
      { image: { format: 'jpeg', source: { bytes: 'AA' } } },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/jpeg', data: 'AA' } },
    ],
    ['an image in S3', { image: { format: 'png', source: { s3Location: { uri: 's3://a/b' } } } }, { type: 'passthrough' }],
    [
      'a document',
      { document: { format: 'pdf', name: 'D', source: { bytes: 'AA' } } },
      { type: 'document', name: 'D', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA' } },
    ],
    [
      'a document of text',
      { document: { format: 'txt', name: 'D', source: { text: 'abc' } } },
      { type: 'document', source: { kind: 'text', text: 'abc' } },
    ],
    [
      'a document in pieces',
      { document: { name: 'D', source: { content: [{ text: 'a' }, { text: 'b' }] } } },
      { type: 'document', source: { kind: 'text', text: 'a\n\nb' } },
    ],
    [
      'a call',
      { toolUse: { toolUseId: 'i', name: 'f', input: { a: 1 } } },
      { type: 'tool-call', id: 'i', name: 'f', json: '{"a":1}' },
    ],
    [
      'a call of Bedrock’s own',
      { toolUse: { toolUseId: 'i', name: 'f', input: {}, type: 'server_tool_use' } },
      { type: 'passthrough' },
    ],
    [
      'a failed result',
      { toolResult: { toolUseId: 'i', status: 'error', content: [{ text: 'a' }, { json: { b: 1 } }] } },
      {
        type: 'tool-result',
        id: 'i',
        failed: true,
        content: [
          { field: 'messages[0].content[0].toolResult.content[0]', type: 'text', text: 'a' },
          { field: 'messages[0].content[0].toolResult.content[1]', type: 'text', text: '{"b":1}' },
        ],
      },
    ],
    [
      'reasoning',
      { reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } },
      { type: 'reasoning', text: 'hm', signature: 's' },
    ],
    ['hidden reasoning', { reasoningContent: { redactedContent: 'enp6' } }, { type: 'redacted-reasoning', data: 'enp6' }],
    [
      'cited text',
      { citationsContent: { content: [{ text: 'a' }, { text: 'b' }], citations: [] } },
      { type: 'text', text: 'ab' },
    ],
    ['guarded text', { guardContent: { text: { text: 'a' } } }, { type: 'passthrough' }],
    ['a video', { video: { format: 'mp4', source: { bytes: 'AA' } } }, { type: 'passthrough' }],
  ])('%s', (_, block, part) => {
    expect(partsOf(block)).toEqual([expect.objectContaining({ field: 'messages[0].content[0]', ...part })]);
  });

  test('reads a cache point as a mark on what precedes it, in a turn, in the system prompt and among tools', () => {
    const point = { cachePoint: { type: 'default', ttl: '1h' } };
    expect(partsOf({ text: 'a' }, point, { text: 'b' }, { cachePoint: { type: 'default' } })).toEqual([
      { field: 'messages[0].content[0]', type: 'text', text: 'a', cache: { ttl: '1h' } },
      { field: 'messages[0].content[2]', type: 'text', text: 'b', cache: {} },
    ]);
    expect(partsOf(point)).toEqual([]);
    expect(parsed({ system: [{ text: 'a' }, point] }).messages[0]).toMatchObject({
      role: 'system',
      content: [{ field: 'system[0]', cache: { ttl: '1h' } }],
    });
    const toolSpec = { name: 'f', inputSchema: { json: {} } };
    expect(parsed({ toolConfig: { tools: [{ toolSpec }, point] } }).parameters.tools).toMatchObject([{ cache: { ttl: '1h' } }]);
  });

  test('reads parameters, each with the client’s name for it', () => {
    const jsonSchema = { schema: '{"type":"object"}', name: 'n', description: 'd' };
    const { parameters, spelling, unknown } = parsed({
      inferenceConfig: { maxTokens: 5, temperature: 0.5, topP: 0.9, stopSequences: ['x'] },
      toolConfig: {
        tools: [
          { toolSpec: { name: 'f', description: 'F', inputSchema: { json: { type: 'object' } }, strict: true } },
          { systemTool: { name: 'nova_grounding' } },
        ],
        toolChoice: { tool: { name: 'f' } },
      },
      additionalModelRequestFields: { top_k: 3, thinking: { type: 'enabled', budget_tokens: 1024 }, anthropic_beta: ['b'] },
      outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
      serviceTier: { type: 'flex' },
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' },
      performanceConfig: { latency: 'optimized' },
    });
    expect(parameters).toEqual({
      maxOutputTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      stop: ['x'],
      tools: [
        { field: 'toolConfig.tools[0]', type: 'function', name: 'f', description: 'F', schema: { type: 'object' }, strict: true },
        { field: 'toolConfig.tools[1]', type: 'passthrough', value: { systemTool: { name: 'nova_grounding' } } },
      ],
      toolChoice: { type: 'tool', name: 'f' },
      reasoning: { enabled: true, budgetTokens: 1024 },
      responseFormat: { type: 'json-schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
      serviceTier: 'flex',
      guardrail: { guardrailIdentifier: 'g', guardrailVersion: '1' },
    });
    expect(spelling).toMatchObject({
      topK: 'additionalModelRequestFields.top_k',
      reasoning: 'additionalModelRequestFields.thinking',
      responseFormat: 'outputConfig.textFormat',
    });
    expect(unknown).toEqual(['performanceConfig', 'additionalModelRequestFields.anthropic_beta']);
  });

  test.each<[string, JsonObject, object]>([
    ['Nova’s effort', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }, { enabled: true, effort: 'low' }],
    ['gpt-oss’s effort', { reasoning_effort: 'high' }, { enabled: true, effort: 'high' }],
    ['no thinking', { thinking: { type: 'disabled' } }, { enabled: false }],
  ])('%s', (_, additionalModelRequestFields, reasoning) => {
    expect(parsed({ additionalModelRequestFields }).parameters.reasoning).toEqual(reasoning);
  });

  test('reads Nova’s topK and any tool, and maps a choice of none to auto', () => {
    const nova = parsed({ additionalModelRequestFields: { inferenceConfig: { topK: 4 } } });
    expect([nova.parameters.topK, nova.unknown]).toEqual([4, []]);
    const choice = (toolChoice: JsonObject) => parsed({ toolConfig: { toolChoice } }).parameters.toolChoice;
    expect([choice({ any: {} }), choice({ auto: {} })]).toEqual([{ type: 'required' }, { type: 'auto' }]);
  });

  test.each<[string, JsonObject]>([
    ['messages', { messages: 'hi' }],
    ['messages[0].role', { messages: [{ role: 'tool', content: [] }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 'hi' }] }],
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ text: 1 }] }] }],
    [
      'messages[0].content[0].toolUse.input',
      { messages: [{ role: 'user', content: [{ toolUse: { toolUseId: 'a', name: 'f', input: 1 } }] }] },
    ],
    ['inferenceConfig.maxTokens', { inferenceConfig: { maxTokens: 0 } }],
    ['toolConfig.tools[0].toolSpec.name', { toolConfig: { tools: [{ toolSpec: { inputSchema: { json: {} } } }] } }],
    [
      'outputConfig.textFormat.structure.jsonSchema.schema',
      { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{' } } } } },
    ],
  ])('rejects %s', (param, body) => {
    expect(faultOf(body)).toMatchObject({ kind: 'invalid_request', param });
  });

  test.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', 4096],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 8192],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 64_000],
    ['us.amazon.nova-lite-v1:0', 10_000],
    ['meta.llama3-1-8b-instruct-v1:0', 2048],
    ['us.meta.llama3-3-70b-instruct-v1:0', 8192],
  ])('an answer has no more tokens than %s gives', (model, most) => {
    const capped = (request: ReturnType<typeof parsed>) => ({
      ...request,
      parameters: { ...request.parameters, maxOutputTokens: request.parameters.maxOutputTokens ?? 8192 },
    });
    expect(build(capped(parsed({})), model)).toMatchObject({
      body: { inferenceConfig: { maxTokens: Math.min(most, 8192) } },
      dropped: [],
    });
    const named = parsed({ inferenceConfig: { maxTokens: 100_000 } });
    expect(build(capped(named), model)).toMatchObject({
      body: { inferenceConfig: { maxTokens: most } },
      dropped: ['inferenceConfig.maxTokens'],
    });
  });

  test('never drops a guardrail', () => {
    const request = parsed({ guardrailConfig: { guardrailIdentifier: 'g' } });
    expect(() => openaiChatUpstream().build(request, 'gpt')).toThrow('guardrailConfig');
    expect(build(request, 'm').body).toEqual(request.body);
  });

  const withRequests = recordings('bedrock-converse').filter(({ request }) => request);
  testRecordings('parses a recorded request and keeps it unchanged', withRequests, (recording) => {
    const body = recording.request?.() ?? {};
    const request = parsed(body);
    expect(build(request, 'm').body).toEqual(body);
    const says = { messages: request.messages, parameters: request.parameters };
    if (/"passthrough"|"guardrail"/.test(JSON.stringify(says))) return;
    // Everything it contains must survive a round trip through the vocabulary.
    const again = build({ ...request, dialect: 'another', unknown: [] }, 'anthropic.claude-sonnet-4-20250514-v1:0');
    expect(again.body.messages).toHaveLength(Array.isArray(body.messages) ? body.messages.length : 0);
  });
});
