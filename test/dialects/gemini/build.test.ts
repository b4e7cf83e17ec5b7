import { describe, expect, test } from 'vitest';
import { geminiUpstream } from '../../../lib/dialects/gemini/upstream.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { Message, ModelRequest, Parameters, Part } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const flash2 = 'gemini-2.5-flash';
const pro2 = 'gemini-2.5-pro';
const flash3 = 'gemini-3-flash-preview';
const pro3 = 'gemini-3.1-pro-preview';
const old = 'gemini-2.0-flash';

const build = (request: ModelRequest, model: string) => buildFor(geminiUpstream(), request, model);

function requestOf(parameters: Parameters = {}, messages: Message[] = [user(text('Hi'))]): ModelRequest {
  return {
    dialect: 'openai-chat',
    body: {},
    model: 'm',
    stream: true,
    messages,
    parameters,
    spelling: { choices: 'n', toolChoice: 'tool_choice', reasoning: 'reasoning_effort' },
    unknown: ['new_field'],
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
const thought = (words: string, signature?: string): Part => ({
  type: 'reasoning',
  text: words,
  field: 'thought',
  ...(signature && { signature }),
});
const call = (id: string, json = '{}'): Part => ({ type: 'tool-call', id, name: `f_${id}`, json, field: 'call' });
const result = (id: string, ...content: Part[]): Part => ({ type: 'tool-result', id, content, field: 'result' });
const image = (source: Extract<Part, { type: 'image' }>['source']): Part => ({ type: 'image', source, field: 'picture' });
const png = image({ kind: 'base64', mediaType: 'image/png', data: 'AAEC' });
const weather = { type: 'function' as const, name: 'weather', schema: { type: 'object' }, field: 'tools[0]' };

const contentsOf = (messages: Message[], model = flash2) => build(requestOf({}, messages), model).body.contents;
const partsOf = (model: string, ...content: Part[]) => {
  const contents = contentsOf([assistant(...content)], model);
  return Array.isArray(contents) ? contents.flatMap((one) => (one as { parts: unknown[] }).parts) : [];
};
const builtOf = (parameters: Parameters, model = flash2) => {
  const { body, dropped } = build(requestOf(parameters), model);
  const { contents: _contents, ...rest } = body;
  const others = dropped.filter((name) => name !== 'new_field');
  return { ...rest, ...(others.length > 0 && { dropped: others }) };
};

function refusal(parameters: Parameters, messages?: Message[], model = flash2): SluiceError {
  try {
    build(requestOf(parameters, messages), model);
  } catch (error) {
    if (error instanceof SluiceError) return error;
  }
  throw new Error('expected a refusal');
}

describe('the conversation', () => {
  test('puts the system prompt in its own field, joins neighbors of one role, and leaves no empty turn', () => {
    const messages = [
      system(text('Be brief.')),
      user(text('Hi')),
      system(text('In verse.')),
      assistant(text('')),
      user(text(''), text('there')),
      assistant(text('Hello')),
      assistant(text('!')),
    ];
    expect(build(requestOf({}, messages), flash2)).toEqual({
      body: {
        systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'In verse.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'Hi' }, { text: 'there' }] },
          { role: 'model', parts: [{ text: 'Hello' }, { text: '!' }] },
        ],
      },
      dropped: ['new_field'],
    });
  });

  test('puts the system prompt first for a model without a system field', () => {
    const { body } = build(requestOf({}, [system(text('Be brief.')), user(text('Hi'))]), 'gemma-3-27b-it');
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Be brief.' }, { text: 'Hi' }] }] });
  });

  test('pairs calls and results by id and name, and puts results first', () => {
    const messages = [
      assistant(call('a', '{"city":"Bonn"}'), call('b', '')),
      user(text('Go on.'), result('b', text('one'), text('two')), { ...result('a', text('no')), failed: true } as Part),
    ];
    expect(contentsOf(messages)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { id: 'a', name: 'f_a', args: { city: 'Bonn' } } },
          { functionCall: { id: 'b', name: 'f_b', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'a', name: 'f_a', response: { error: 'no' } } },
          { functionResponse: { id: 'b', name: 'f_b', response: { output: 'one\ntwo' } } },
          { text: 'Go on.' },
        ],
      },
    ]);
  });

  test('sends images and documents inline, and those of a result behind all results', () => {
    const pdf: Part = { type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' }, field: 'd' };
    const note: Part = { type: 'document', source: { kind: 'text', text: 'Hö' }, field: 'd' };
    const messages = [user(png, pdf, note), assistant(call('a'), call('b')), user(result('a', png), result('b', text('ok')))];
    const inline = { inlineData: { mimeType: 'image/png', data: 'AAEC' } };
    expect(contentsOf(messages)).toMatchObject([
      {
        parts: [
          inline,
          { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } },
          { inlineData: { mimeType: 'text/plain', data: 'SMO2' } },
        ],
      },
      {},
      { parts: [{ functionResponse: { id: 'a', response: { output: '' } } }, { functionResponse: { id: 'b' } }, inline] },
    ]);
  });

  test('lets Google fetch an https URL for models that support it', () => {
    const at = (url: string) => image({ kind: 'url', url });
    expect(partsOf(flash2, at('https://example.com/a.PNG?x=1'), at('https://example.com/b'))).toEqual([
      { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.PNG?x=1' } },
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/b' } },
    ]);
    expect(refusal({}, [user(at('https://example.com/b'))], old)).toMatchObject({
      kind: 'unsupported_parameter',
      param: 'picture',
    });
    expect(refusal({}, [user(at('http://example.com/b'))])).toMatchObject({ kind: 'unsupported_parameter', param: 'picture' });
  });

  test('rejects what Gemini can’t express, by field', () => {
    const passthrough: Part = { type: 'passthrough', value: {}, field: 'messages[0].content[0]' };
    expect(refusal({}, [user(passthrough)])).toMatchObject({ kind: 'unsupported_parameter', param: 'messages[0].content[0]' });
    expect(refusal({}, [user(image({ kind: 'text', text: 'x' }))])).toMatchObject({
      kind: 'unsupported_parameter',
      param: 'picture',
    });
    expect(refusal({}, [system(png)])).toMatchObject({ kind: 'unsupported_parameter', param: 'picture' });
    expect(refusal({}, [assistant(call('a')), user(result('a', passthrough))])).toMatchObject({
      param: 'messages[0].content[0]',
    });
    expect(refusal({}, [user(result('a', text('x')))])).toMatchObject({ kind: 'invalid_request', param: 'result' });
  });
});

describe('signatures', () => {
  const called = (id: string, thoughtSignature?: string) => ({
    functionCall: { id, name: `f_${id}`, args: {} },
    ...(thoughtSignature && { thoughtSignature }),
  });
  const lost = 'skip_thought_signature_validator';

  test.each<[string, Part[], unknown[]]>([
    ['on the call after it', [thought('', 'S'), call('a'), call('b')], [called('a', 'S'), called('b')]],
    ['behind the thought it signs', [thought('Hm', 'S'), call('a')], [{ text: 'Hm', thought: true }, called('a', 'S')]],
    ['on the text after it', [thought('', 'S'), text('So')], [{ text: 'So', thoughtSignature: 'S' }]],
    ['on an empty text at the end', [text('So'), thought('', 'S')], [{ text: 'So' }, { text: '', thoughtSignature: 'S' }]],
    [
      'on the thought itself, where another follows',
      [thought('Hm', 'S1'), thought('', 'S2'), thought('', 'S3'), call('a')],
      [{ text: 'Hm', thought: true, thoughtSignature: 'S1' }, { text: '', thoughtSignature: 'S2' }, called('a', 'S3')],
    ],
    [
      'on each call that has its own',
      [thought('', 'S1'), call('a'), thought('', 'S2'), call('b')],
      [called('a', 'S1'), called('b', 'S2')],
    ],
  ])('are placed %s', (_, content, parts) => {
    expect(partsOf(flash2, ...content)).toEqual(parts);
    expect(partsOf(flash3, ...content)).toEqual(parts);
  });

  test('go to the first call if a client put all of them before the text', () => {
    const content = [thought('Hm', 'S'), text('Let me see.'), call('a'), call('b')];
    expect(partsOf(flash3, ...content)).toEqual([
      { text: 'Hm', thought: true },
      { text: 'Let me see.' },
      called('a', 'S'),
      called('b'),
    ]);
    expect(partsOf(flash2, ...content)).toMatchObject([{}, { thoughtSignature: 'S' }, called('a'), called('b')]);
  });

  test('are replaced by a marker if they are lost and the model requires them', () => {
    expect(partsOf(flash3, text('Let me see.'), call('a'), call('b'))).toEqual([
      { text: 'Let me see.' },
      called('a', lost),
      called('b'),
    ]);
    expect(partsOf(flash2, call('a'))).toEqual([called('a')]);
  });

  test('drops and lists thoughts that are unsigned or belong to another model', () => {
    const opaque: Part = { type: 'redacted-reasoning', data: 'zz', field: 'opaque' };
    const { body, dropped } = build(requestOf({}, [user(text('Hi')), assistant(thought('Hm'), opaque, text('So'))]), flash2);
    expect(body.contents).toMatchObject([{}, { role: 'model', parts: [{ text: 'So' }] }]);
    expect(dropped).toEqual(['new_field', 'thought', 'opaque']);
  });
});

describe('the parameters', () => {
  test('maps sampling and limits', () => {
    const parameters: Parameters = {
      maxOutputTokens: 100,
      temperature: 1.5,
      topP: 0.9,
      topK: 40,
      stop: ['END'],
      seed: 7,
      frequencyPenalty: 0,
      presencePenalty: 0.5,
    };
    expect(builtOf(parameters)).toEqual({
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 1.5,
        topP: 0.9,
        topK: 40,
        stopSequences: ['END'],
        seed: 7,
        presencePenalty: 0.5,
      },
    });
  });

  test('passes tool schemas unchanged, and maps the tool choice', () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false };
    const tools = [
      { ...weather, description: 'Weather of a city', schema, strict: true },
      { ...weather, name: 'now', schema: {} },
    ];
    const functionDeclarations = [
      { name: 'weather', description: 'Weather of a city', parametersJsonSchema: schema },
      { name: 'now', parametersJsonSchema: { type: 'object' } },
    ];
    const mode = (functionCallingConfig: unknown) => ({
      tools: [{ functionDeclarations }],
      toolConfig: { functionCallingConfig },
      dropped: ['tools[0].strict'],
    });
    expect(builtOf({ tools, toolChoice: { type: 'auto' } })).toEqual(mode({ mode: 'AUTO' }));
    expect(builtOf({ tools, toolChoice: { type: 'required' } })).toEqual(mode({ mode: 'ANY' }));
    expect(builtOf({ tools, toolChoice: { type: 'none' } })).toEqual(mode({ mode: 'NONE' }));
    expect(builtOf({ tools, toolChoice: { type: 'tool', name: 'now' } })).toEqual(
      mode({ mode: 'ANY', allowedFunctionNames: ['now'] }),
    );
    expect(builtOf({ tools: [], toolChoice: { type: 'auto' } })).toEqual({});
    expect(builtOf({ parallelToolCalls: true })).toEqual({});
    expect(builtOf({ tools, parallelToolCalls: false })).toMatchObject({ dropped: ['parallelToolCalls', 'tools[0].strict'] });
  });

  test('requests answers in JSON', () => {
    const schema = { type: 'object', properties: {} };
    expect(builtOf({ responseFormat: { type: 'json-object' } })).toEqual({
      generationConfig: { responseMimeType: 'application/json' },
    });
    expect(builtOf({ responseFormat: { type: 'json-schema', name: 'n', schema } })).toEqual({
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema },
    });
  });

  test.each<[string, Parameters['reasoning'], unknown]>([
    [flash2, { enabled: true }, { includeThoughts: true }],
    [flash2, { enabled: true, effort: 'low' }, { includeThoughts: true, thinkingBudget: 1024 }],
    [flash2, { enabled: true, effort: 'max' }, { includeThoughts: true, thinkingBudget: 24_576 }],
    [flash2, { enabled: true, budgetTokens: 31_999 }, { includeThoughts: true, thinkingBudget: 24_576 }],
    [flash2, { enabled: false }, { thinkingBudget: 0 }],
    [pro2, { enabled: false }, { thinkingBudget: 128 }],
    [flash3, { enabled: true }, { includeThoughts: true }],
    [flash3, { enabled: true, effort: 'minimal' }, { includeThoughts: true, thinkingLevel: 'minimal' }],
    [pro3, { enabled: true, effort: 'minimal' }, { includeThoughts: true, thinkingLevel: 'low' }],
    [pro3, { enabled: true, effort: 'xhigh' }, { includeThoughts: true, thinkingLevel: 'high' }],
    [pro3, { enabled: true, budgetTokens: 4096 }, { includeThoughts: true, thinkingBudget: 4096 }],
    [flash3, { enabled: false }, { thinkingLevel: 'minimal' }],
  ])('%s maps reasoning: %o', (model, reasoning, thinkingConfig) => {
    expect(builtOf({ ...(reasoning && { reasoning }) }, model)).toEqual({ generationConfig: { thinkingConfig } });
  });

  test('sends no reasoning settings to a model without thinking, or without a request for it', () => {
    expect(builtOf({ reasoning: { enabled: true } }, old)).toEqual({ dropped: ['reasoning_effort'] });
    expect(builtOf({}, flash3)).toEqual({});
  });

  test('drops unsupported hints, and rejects what would change the answer', () => {
    expect(builtOf({ user: 'u', logitBias: { 5: 1 }, metadata: {}, serviceTier: 'flex' })).toEqual({
      dropped: ['user', 'logitBias', 'metadata', 'serviceTier'],
    });
    expect(refusal({ choices: 2 })).toMatchObject({ kind: 'unsupported_parameter', param: 'n' });
    expect(refusal({ logprobs: {} })).toMatchObject({ param: 'logprobs' });
    expect(refusal({ modalities: ['audio'] })).toMatchObject({ param: 'modalities' });
    expect(refusal({ toolChoice: { type: 'required' } })).toMatchObject({ param: 'tool_choice' });
    expect(builtOf({ tools: [{ type: 'passthrough', value: {}, field: 'tools[0]' }] })).toEqual({ dropped: ['tools[0]'] });
  });
});
