import { jpeg, pixel } from '../bodies.ts';
import { asks, call, calls, fileTool, loop, result, results, said, type Talk, type Tool } from './talk.ts';

/** What some provider refuses unless the request is adapted. */
export interface Situation {
  /** As a sentence about the request. */
  readonly name: string;
  readonly talk: Talk;
}

const tool = (schema: Tool['schema'], more: Partial<Tool> = {}): Tool => ({ name: 'look_up', schema, ...more });
const object = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const hello = [asks('Hello there')];
const thinkingLoop = (signature?: string): Talk['turns'] => [
  asks('What do my notes say?'),
  { role: 'assistant', thought: 'The notes should say.', ...(signature !== undefined && { signature }), calls: [call('call_7')] },
  results(result('call_7')),
];
const picture = { kind: 'image', media: 'image/png', data: pixel } as const;
const long = 'mcp__inventory_of_the_northern_warehouse_and_its_annex__list_every_item';

/** One row for each thing that real requests have and real providers differ about. */
export const situations: readonly Situation[] = [
  { name: 'says hello', talk: { turns: hello } },
  {
    name: 'has blank text beside a call',
    talk: { turns: loop().with(1, { role: 'assistant', text: '\n\n', calls: [call('call_7')] }), tools: [fileTool] },
  },
  {
    name: 'has empty text beside a call',
    talk: { turns: loop().with(1, { role: 'assistant', text: '', calls: [call('call_7')] }), tools: [fileTool] },
  },
  { name: 'has a blank part beside a text', talk: { turns: [asks(' ', 'Hello there')] } },
  { name: 'has an empty result', talk: { turns: loop().with(2, results(result('call_7', said('')))), tools: [fileTool] } },
  { name: 'ends with a prefill', talk: { turns: [asks('Give me JSON'), { role: 'assistant', text: '{"name":' }] } },
  {
    name: 'ends with a prefill and white space',
    talk: { turns: [asks('Give me JSON'), { role: 'assistant', text: '{"name": ' }] },
  },
  { name: 'begins with the assistant', talk: { turns: [{ role: 'assistant', text: 'How can I help?' }, asks('Hello there')] } },
  {
    name: 'has a system message in the middle',
    talk: {
      system: 'Be brief.',
      turns: [asks('Hello'), { role: 'system', text: 'Mode: plan.' }, { role: 'assistant', text: 'Hi.' }, asks('Go on')],
    },
  },
  { name: 'has a system message at the end', talk: { turns: [asks('Hello'), { role: 'system', text: 'Mode: plan.' }] } },
  { name: 'has a developer message', talk: { turns: [{ role: 'developer', text: 'Be brief.' }, asks('Hello')] } },
  { name: 'has two user turns in a row', talk: { turns: [asks('Hello'), asks('Are you there?')] } },
  {
    name: 'has two assistant turns in a row',
    talk: { turns: [asks('Hello'), { role: 'assistant', text: 'Hi.' }, { role: 'assistant', text: 'So?' }, asks('Go on')] },
  },
  { name: 'has a tool loop', talk: { turns: loop(), tools: [fileTool] } },
  { name: 'has a tool loop and no tools any more', talk: { turns: loop() } },
  {
    name: 'has text beside the results',
    talk: {
      turns: loop().with(2, { role: 'results', results: [result('call_7')], beside: [said('Be brief.')] }),
      tools: [fileTool],
    },
  },
  {
    name: 'has text beside a call',
    talk: { turns: loop().with(1, { role: 'assistant', text: 'I look.', calls: [call('call_7')] }), tools: [fileTool] },
  },
  { name: 'has a user turn behind the results', talk: { turns: [...loop(), asks('Thanks, go on')], tools: [fileTool] } },
  {
    name: 'has parallel calls, answered in another order',
    talk: {
      turns: [
        asks('Both, please'),
        calls(call('call_a'), call('call_b', 'read_file', '{"path":"b"}')),
        results(result('call_b'), result('call_a')),
      ],
      tools: [fileTool],
    },
  },
  {
    name: 'has a call without arguments',
    talk: {
      turns: [asks('Now?'), calls(call('call_7', 'now', '{}')), results(result('call_7'))],
      tools: [tool(object, { name: 'now' })],
    },
  },
  {
    name: 'has arguments that were cut off',
    talk: {
      turns: [
        asks('Hello'),
        calls(call('call_7', 'read_file', '{"path": "no')),
        results(result('call_7', said('Cut off.'))),
        asks('Again'),
      ],
      tools: [fileTool],
    },
  },
  { name: 'has a call id of 80 characters', talk: { turns: loop(`toolu_${'k'.repeat(74)}`), tools: [fileTool] } },
  { name: 'has a call id with a colon and a dot', talk: { turns: loop('functions.read_file:0'), tools: [fileTool] } },
  { name: 'has a call id with a bar', talk: { turns: loop('call_7|fc_9'), tools: [fileTool] } },
  { name: 'has a tool name of 71 characters', talk: { turns: hello, tools: [{ ...fileTool, name: long }] } },
  {
    name: 'has a tool name of 71 characters in its history',
    talk: { turns: loop('call_7', long), tools: [{ ...fileTool, name: long }] },
  },
  {
    name: 'has a tool name that begins with a digit',
    talk: { turns: loop('call_7', '1password_get'), tools: [{ ...fileTool, name: '1password_get' }] },
  },
  { name: 'has a tool name with a hyphen first', talk: { turns: hello, tools: [{ ...fileTool, name: '-x' }] } },
  {
    name: 'has a tool name with a dot',
    talk: { turns: loop('call_7', 'notes.read'), tools: [{ ...fileTool, name: 'notes.read' }] },
  },
  {
    name: 'chooses a tool with a long name',
    talk: { turns: hello, tools: [{ ...fileTool, name: long }], choice: { name: long } },
  },
  { name: 'has a tool without properties', talk: { turns: hello, tools: [tool({ type: 'object' })] } },
  { name: 'has a tool with an empty object', talk: { turns: hello, tools: [tool({ type: 'object', properties: {} })] } },
  {
    name: 'has a tool with alternatives at the top',
    talk: {
      turns: hello,
      tools: [tool({ type: 'object', anyOf: [object, { ...object, properties: { b: { type: 'number' } }, required: ['b'] }] })],
    },
  },
  {
    name: 'has a tool with a zod schema',
    talk: {
      turns: hello,
      tools: [tool({ ...object, $schema: 'https://json-schema.org/draft/2020-12/schema', additionalProperties: false })],
    },
  },
  {
    name: 'has a tool with bounds, patterns and a nested open object',
    talk: {
      turns: hello,
      tools: [
        tool({
          type: 'object',
          properties: {
            n: { type: 'integer', exclusiveMinimum: 0, multipleOf: 2 },
            s: { type: 'string', pattern: '^a', minLength: 1, format: 'uri' },
            o: { type: 'object', additionalProperties: { type: 'string' } },
            list: { type: 'array', items: { type: ['string', 'null'] }, maxItems: 3, uniqueItems: true },
            e: { enum: ['a', 1, null] },
            c: { const: 'x' },
          },
        }),
      ],
    },
  },
  {
    name: 'has a tool with references',
    talk: {
      turns: hello,
      tools: [tool({ type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } })],
    },
  },
  {
    name: 'has a tool with a list of anything',
    talk: { turns: hello, tools: [tool({ type: 'object', properties: { a: { type: 'array' } } })] },
  },
  {
    name: 'has a tool with a property that begins with a dollar sign',
    talk: { turns: hello, tools: [tool({ type: 'object', properties: { $filter: { type: 'string' } } })] },
  },
  {
    name: 'has a strict tool',
    talk: { turns: hello, tools: [tool({ ...object, additionalProperties: false }, { strict: true })] },
  },
  { name: 'has an empty list of tools', talk: { turns: hello, tools: [] } },
  { name: 'has an empty list of tools and a choice', talk: { turns: hello, tools: [], choice: 'auto', serial: true } },
  { name: 'must call some tool', talk: { turns: hello, tools: [fileTool], choice: 'any' } },
  { name: 'must call one tool', talk: { turns: hello, tools: [fileTool], choice: { name: 'read_file' } } },
  {
    name: 'must call one tool while it thinks',
    talk: { turns: hello, tools: [fileTool], choice: { name: 'read_file' }, effort: 'high', maxTokens: 8000 },
  },
  { name: 'may call no tool', talk: { turns: loop(), tools: [fileTool], choice: 'none' } },
  { name: 'calls one tool at a time', talk: { turns: hello, tools: [fileTool], serial: true } },
  { name: 'thinks a little', talk: { turns: hello, effort: 'low', maxTokens: 8000 } },
  { name: 'thinks hard', talk: { turns: hello, effort: 'high', maxTokens: 8000 } },
  { name: 'thinks as little as can be', talk: { turns: hello, effort: 'minimal' } },
  { name: 'thinks as hard as can be', talk: { turns: hello, effort: 'xhigh' } },
  { name: 'does not think', talk: { turns: hello, effort: 'none' } },
  { name: 'turns thinking off', talk: { turns: hello, noThinking: true } },
  { name: 'thinks with room for 300 tokens', talk: { turns: hello, effort: 'high', maxTokens: 300 } },
  { name: 'thinks with tools', talk: { turns: hello, tools: [fileTool], effort: 'medium', maxTokens: 8000 } },
  {
    name: 'thinks in a tool loop without its thoughts',
    talk: { turns: loop(), tools: [fileTool], effort: 'medium', maxTokens: 8000 },
  },
  { name: 'thinks at a temperature', talk: { turns: hello, effort: 'high', temperature: 0.3, maxTokens: 8000 } },
  { name: 'brings signed thoughts back', talk: { turns: thinkingLoop(), tools: [fileTool] } },
  { name: 'brings unsigned thoughts back', talk: { turns: thinkingLoop(''), tools: [fileTool] } },
  {
    name: 'thinks, and brings signed thoughts back',
    talk: { turns: thinkingLoop(), tools: [fileTool], effort: 'medium', maxTokens: 8000 },
  },
  {
    name: 'brings thoughts of an answer back',
    talk: { turns: [asks('Hello'), { role: 'assistant', thought: 'Polite.', text: 'Hi.' }, asks('Go on')] },
  },
  { name: 'has a temperature', talk: { turns: hello, temperature: 0.3 } },
  { name: 'has a temperature above 1', talk: { turns: hello, temperature: 1.4 } },
  { name: 'has temperature and top_p', talk: { turns: hello, temperature: 0.3, topP: 0.9 } },
  { name: 'has top_k', talk: { turns: hello, topK: 40 } },
  { name: 'has a stop sequence', talk: { turns: hello, stop: ['ENOUGH'] } },
  { name: 'has a blank stop sequence', talk: { turns: hello, own: { chat: { stop: ['\n'] } } } },
  { name: 'wants two answers', talk: { turns: hello, own: { chat: { n: 2 } } } },
  { name: 'wants log probabilities', talk: { turns: hello, own: { chat: { logprobs: true } } } },
  {
    name: 'chooses among some of its tools',
    talk: {
      turns: hello,
      tools: [fileTool, { ...fileTool, name: 'write_file' }],
      own: {
        chat: {
          tool_choice: {
            type: 'allowed_tools',
            allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'read_file' } }] },
          },
        },
      },
    },
  },
  {
    name: 'shows an image by its URL',
    talk: { turns: [asks({ kind: 'image-url', url: 'https://example.com/a.png' }, 'What is this?')] },
  },
  { name: 'has a user id of 190 characters', talk: { turns: hello, user: JSON.stringify({ device_id: 'd'.repeat(175) }) } },
  { name: 'has an address as its user', talk: { turns: hello, user: 'ann@example.com' } },
  { name: 'wants 60,000 tokens', talk: { turns: hello, maxTokens: 60_000 } },
  { name: 'wants 200 tokens', talk: { turns: hello, maxTokens: 200 } },
  { name: 'wants one token', talk: { turns: hello, maxTokens: 1 } },
  { name: 'wants any JSON', talk: { turns: [asks('Who is Ann? JSON, please')], json: 'object' } },
  { name: 'wants JSON of a closed schema', talk: { turns: hello, json: { ...object, additionalProperties: false } } },
  {
    name: 'wants JSON of an open schema',
    talk: {
      turns: hello,
      json: { ...object, properties: { a: { type: 'string', minLength: 2 }, o: { type: 'object', properties: {} } } },
    },
  },
  {
    name: 'wants JSON of a strict schema',
    talk: { turns: hello, json: { ...object, additionalProperties: false }, strictJson: true },
  },
  {
    name: 'wants JSON with an optional property',
    talk: { turns: hello, json: { ...object, required: [], additionalProperties: false } },
  },
  {
    name: 'wants JSON and has tools',
    talk: { turns: hello, tools: [fileTool], json: { ...object, additionalProperties: false } },
  },
  { name: 'shows an image', talk: { turns: [asks(picture, 'What is this?')] } },
  {
    name: 'shows an image under a wrong name',
    talk: { turns: [asks({ kind: 'image', media: 'image/jpg', data: jpeg }, 'What is this?')] },
  },
  {
    name: 'shows an image of another kind than it says',
    talk: { turns: [asks({ kind: 'image', media: 'image/jpeg', data: pixel }, 'What is this?')] },
  },
  {
    name: 'shows an image in a result',
    talk: { turns: loop().with(2, results(result('call_7', said('Here'), picture))), tools: [fileTool] },
  },
  { name: 'shows a document alone', talk: { turns: [asks({ kind: 'pdf', name: 'a_b.c.pdf' })] } },
  {
    name: 'shows two documents of one name',
    talk: { turns: [asks({ kind: 'pdf', name: 'a.pdf' }, { kind: 'pdf', name: 'a.pdf' }, 'Compare')] },
  },
  { name: 'shows a document of text', talk: { turns: [asks({ kind: 'text-file', name: 'facts.txt' }, 'How is the sea?')] } },
  {
    name: 'shows a document in a result',
    talk: { turns: loop().with(2, results(result('call_7', { kind: 'pdf', name: 'a.pdf' }))), tools: [fileTool] },
  },
  {
    name: 'marks text for the prompt cache',
    talk: { turns: [asks({ kind: 'text', text: 'A long text', mark: true }, 'Sum it up')] },
  },
  {
    name: 'has every hint of its dialect',
    talk: {
      turns: hello,
      own: {
        chat: {
          metadata: { team: 'a' },
          store: true,
          prompt_cache_key: 'k',
          safety_identifier: 's',
          service_tier: 'auto',
          seed: 7,
        },
        responses: {
          metadata: { team: 'a' },
          prompt_cache_key: 'k',
          safety_identifier: 's',
          service_tier: 'auto',
          text: { verbosity: 'medium' },
          truncation: 'auto',
        },
        messages: { service_tier: 'auto', cache_control: { type: 'ephemeral' } },
        converse: { requestMetadata: { team: 'a' }, performanceConfig: { latency: 'standard' } },
      },
    },
  },
];
