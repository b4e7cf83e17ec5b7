import { chunkOf, endOfChunks, streamHead } from '../../support/http-bytes.ts';
import { awsMessage } from '../../support/provider-streams/converse.ts';
import { type ProviderStream, wholeAnswer } from '../../support/provider-streams/provider-stream.ts';
import { type Fault, fullText, spoiled, texts, tolerated } from '../fault.ts';

/** Older models of Gemini's say a finish with every piece, so that content may follow it. */
const finishOnce = { kinds: ['chat', 'responses', 'messages', 'converse'] } as const;
const answer = (providerStream: ProviderStream) => [providerStream.envelope, ...texts.map((words) => providerStream.text(words))];
const frameOf = (json: string) => (providerStream: ProviderStream) => providerStream.frame(json);

/** A failure that the provider tells of, before and after content. */
function told(
  name: string,
  bytes: (providerStream: ProviderStream) => Uint8Array,
  outcome:
    | 'upstream_error'
    | 'server_overloaded'
    | 'rate_limit_exceeded'
    | 'upstream_timeout'
    | 'invalid_request'
    | 'provider_auth_error',
  { attempts = 1, row = 33, ...more }: Partial<Fault> & { attempts?: number } = {},
): readonly Fault[] {
  return spoiled(row, name, { bytes, says: 'It broke.', ...more, before: { outcome, attempts }, after: { outcome } });
}

const twice = { attempts: 2 };
const openai = { kinds: ['chat'] } as const;
const anthropic = { kinds: ['messages'] } as const;
const bedrock = { kinds: ['converse'] } as const;
const responses = { kinds: ['responses'] } as const;
const gemini = { kinds: ['gemini'] } as const;

/** Bedrock's exceptions, with their meaning and the number of attempts. */
const exceptions = [
  ['throttlingException', 'rate_limit_exceeded', 1],
  ['internalServerException', 'upstream_error', 2],
  ['modelStreamErrorException', 'upstream_error', 2],
  ['serviceUnavailableException', 'server_overloaded', 2],
  ['modelTimeoutException', 'upstream_timeout', 1],
  ['validationException', 'invalid_request', 1],
] as const;

/** What providers say of the end of an answer, and of their own failures. */
export const eventFaults: readonly Fault[] = [
  tolerated(31, 'a finish, and the stream just ends', (providerStream) =>
    Buffer.concat([...answer(providerStream), providerStream.stop.finish]),
  ),
  {
    row: 31,
    name: 'a finish, and then a reset',
    outcome: 'ok',
    async behave({ providerStream, socket, contentTaken }) {
      socket.write(Buffer.concat([streamHead(providerStream), chunkOf(...answer(providerStream), providerStream.stop.finish)]));
      await contentTaken;
      socket.end();
    },
  },
  ...spoiled(32, 'the end of the stream without a finish', {
    kinds: ['chat', 'messages'],
    bytes: ({ stop }) => stop.terminator,
    before: { outcome: 'upstream_missing_finish' },
    after: { outcome: 'upstream_missing_finish' },
  }),
  ...told('an error that is text', frameOf('{"error":"It broke."}'), 'upstream_error', { ...openai, ...twice }),
  ...told(
    'an error of a rate limit',
    (providerStream) => providerStream.failure('rate_limit_exceeded', 'It broke.'),
    'rate_limit_exceeded',
    openai,
  ),
  ...told('an error with a number', frameOf('{"error":{"code":503,"message":"It broke."}}'), 'server_overloaded', {
    ...openai,
    ...twice,
  }),
  ...told(
    'an error beside choices',
    frameOf(
      '{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"It broke."}}',
    ),
    'upstream_error',
    { ...openai, ...twice },
  ),
  ...told('an error that is flat', frameOf('{"object":"error","message":"It broke.","type":"ServerError"}'), 'upstream_error', {
    ...openai,
    ...twice,
  }),
  ...told(
    'an event of the name error',
    (providerStream) => providerStream.frame('{"message":"It broke.","type":"server_error"}', 'error'),
    'upstream_error',
    {
      ...openai,
      ...twice,
    },
  ),
  ...told('an error outside every field', () => Buffer.from('error: {"code":500,"message":"It broke."}\n\n'), 'upstream_error', {
    ...openai,
    ...twice,
  }),
  ...told(
    'a finish that is an error',
    frameOf('{"choices":[{"index":0,"delta":{},"finish_reason":"error"}]}'),
    'upstream_error',
    {
      ...openai,
      ...twice,
      says: '',
    },
  ),
  ...told('overloaded_error', (providerStream) => providerStream.failure('overloaded_error', 'It broke.'), 'server_overloaded', {
    ...anthropic,
    ...twice,
  }),
  ...told(
    'rate_limit_error',
    (providerStream) => providerStream.failure('rate_limit_error', 'It broke.'),
    'rate_limit_exceeded',
    anthropic,
  ),
  ...told('api_error', (providerStream) => providerStream.failure('api_error', 'It broke.'), 'upstream_error', {
    ...anthropic,
    ...twice,
  }),
  ...told(
    'invalid_request_error',
    (providerStream) => providerStream.failure('invalid_request_error', 'It broke.'),
    'invalid_request',
    {
      ...anthropic,
      final: true,
    },
  ),
  ...told('an error without its type', frameOf('{"error":{"type":"api_error","message":"It broke."}}'), 'upstream_error', {
    ...anthropic,
    ...twice,
  }),
  ...told('an error that is text', frameOf('{"error":"It broke."}'), 'upstream_error', { ...anthropic, ...twice }),
  ...told(
    'an error of a rate limit',
    (providerStream) => providerStream.failure('rate_limit_exceeded', 'It broke.'),
    'rate_limit_exceeded',
    responses,
  ),
  ...told('an error of the server', (providerStream) => providerStream.failure('server_error', 'It broke.'), 'upstream_error', {
    ...responses,
    ...twice,
  }),
  ...told('an error that is flat', frameOf('{"type":"error","code":"server_error","message":"It broke."}'), 'upstream_error', {
    ...responses,
    ...twice,
  }),
  ...told(
    'a response that failed',
    frameOf('{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"It broke."}}}'),
    'upstream_error',
    { ...responses, ...twice },
  ),
  ...told(
    'RESOURCE_EXHAUSTED',
    (providerStream) => providerStream.failure('RESOURCE_EXHAUSTED', 'It broke.'),
    'rate_limit_exceeded',
    gemini,
  ),
  ...told('UNAVAILABLE', (providerStream) => providerStream.failure('UNAVAILABLE', 'It broke.'), 'server_overloaded', {
    ...gemini,
    ...twice,
  }),
  ...told('INTERNAL', (providerStream) => providerStream.failure('INTERNAL', 'It broke.'), 'upstream_error', {
    ...gemini,
    ...twice,
  }),
  ...told(
    'an error outside every event',
    () => Buffer.from('{\n  "error": {\n    "code": 503,\n    "message": "It broke."\n  }\n}\n'),
    'server_overloaded',
    {
      ...gemini,
      ...twice,
    },
  ),
  ...exceptions.flatMap(([type, outcome, attempts]) =>
    told(type, (providerStream) => providerStream.failure(type, 'It broke.'), outcome, {
      ...bedrock,
      row: 39,
      attempts,
      ...(outcome === 'invalid_request' && { final: true }),
    }),
  ),
  ...told(
    'an error message with a code',
    () => awsMessage({ ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'It broke.' }, ''),
    'upstream_error',
    { ...bedrock, row: 39, ...twice },
  ),
  tolerated(34, 'a second finish', (providerStream) =>
    Buffer.concat([
      ...answer(providerStream),
      providerStream.stop.finish,
      providerStream.stop.finish,
      providerStream.stop.usage,
      providerStream.stop.terminator,
    ]),
  ),
  tolerated(
    34,
    'content after the finish',
    ({ stop, ...providerStream }) =>
      Buffer.concat([
        ...answer({ stop, ...providerStream }),
        stop.finish,
        providerStream.text('too late'),
        stop.usage,
        stop.terminator,
      ]),
    finishOnce,
  ),
  tolerated(
    34,
    'content after the end of the stream',
    (providerStream) => Buffer.concat([...wholeAnswer(providerStream, ...texts), providerStream.text('too late')]),
    finishOnce,
  ),
  tolerated(
    34,
    'a second message_start with the same id',
    (providerStream) => {
      const start = providerStream.envelope.subarray(0, providerStream.envelope.indexOf('\n\n') + 2);
      return Buffer.concat([start, ...wholeAnswer(providerStream, ...texts)]);
    },
    anthropic,
  ),
  ...spoiled(34, 'another message inside the first', {
    ...anthropic,
    bytes: (providerStream) => Buffer.concat(wholeAnswer(providerStream, 'another')),
    after: { outcome: 'upstream_protocol_error' },
  }),
  {
    row: 37,
    name: 'arguments of a tool call are cut',
    // Gemini's calls come whole.
    kinds: ['chat', 'responses', 'messages', 'converse'],
    outcome: 'upstream_cut',
    after: true,
    text: '',
    async behave({ providerStream, socket, contentTaken }) {
      socket.write(
        Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.tool('f', '{"city":"Par'))]),
      );
      await contentTaken;
      socket.end(endOfChunks);
    },
  },
  tolerated(
    37,
    'a code point in two halves',
    (providerStream) => {
      const halves = Buffer.concat([providerStream.text('\ud83c'), providerStream.text('\udf0d')]);
      return Buffer.concat([
        ...answer(providerStream),
        halves,
        providerStream.stop.finish,
        providerStream.stop.usage,
        providerStream.stop.terminator,
      ]);
    },
    { text: `${fullText}🌍` },
  ),
  ...spoiled(37, 'half a code point at the cut', {
    bytes: (providerStream) => providerStream.text('\ud83c'),
    after: { outcome: 'upstream_cut' },
  }),
  tolerated(
    38,
    'no usage',
    ({ stop, ...providerStream }) => Buffer.concat([...answer({ stop, ...providerStream }), stop.finish, stop.terminator]),
    {
      kinds: ['chat', 'converse'],
      usage: 'none',
    },
  ),
  tolerated(
    38,
    'usage beside the finish',
    (providerStream) => {
      const finish = JSON.stringify({
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
        usage: { prompt_tokens: 7, completion_tokens: 5 },
      });
      return Buffer.concat([...answer(providerStream), providerStream.frame(finish), providerStream.stop.terminator]);
    },
    { ...openai, usage: { input: 7, output: 5 } },
  ),
  tolerated(
    38,
    'usage that is not a number',
    (providerStream) => {
      const usage = JSON.stringify({ choices: [], usage: { prompt_tokens: 'many', completion_tokens: null } });
      return Buffer.concat([
        ...answer(providerStream),
        providerStream.stop.finish,
        providerStream.frame(usage),
        providerStream.stop.terminator,
      ]);
    },
    { ...openai, usage: 'none' },
  ),
  tolerated(38, 'usage as usual', (providerStream) => Buffer.concat(wholeAnswer(providerStream, ...texts)), {
    usage: { input: 7, output: 5 },
  }),
];
