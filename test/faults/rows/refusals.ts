import { plainAnswer } from '../../support/http-bytes.ts';
import { secrets } from '../../support/stack.ts';
import { answerWell, type Fault, refused, tolerated } from '../fault.ts';

/** A word for each kind of provider: OpenAI's, Anthropic's, Amazon's and Google's. */
function words(openai: string, messages: string, converse: string, gemini: string) {
  return { chat: openai, responses: openai, messages, converse, gemini };
}

const badRequest = words('invalid_request_error', 'invalid_request_error', 'ValidationException', 'INVALID_ARGUMENT');
const limited = words('rate_limit_exceeded', 'rate_limit_error', 'ThrottlingException', 'RESOURCE_EXHAUSTED');
const html = '<html><body>internal-host-name</body></html>';

/** 429 with these headers, tried once, and the wait that the client sees. */
function limitedFor(headers: readonly string[], retryAfter: readonly [number, number], name = headers.join()): Fault {
  return { ...refused(12, 429, 'rate_limit_exceeded', { type: limited, headers, retries: 0, retryAfter }), name: `429 ${name}` };
}

function redirectedTo(name: string, location: (url: URL) => string): Fault {
  return {
    row: 14,
    name: `a redirect to ${name}`,
    outcome: 'upstream_redirect',
    hides: ['169.254', 'location'],
    behave: ({ socket, url }) => void socket.end(plainAnswer(307, 'text/plain', 'Moved.', [`location: ${location(url)}`])),
  };
}

/** Answers that are no streams. */
export const refusalFaults: readonly Fault[] = [
  refused(7, 400, 'invalid_request', { type: badRequest, final: true, verbatim: true }),
  ...[401, 403].map((status) =>
    refused(8, status, 'provider_auth_error', {
      type: words('invalid_api_key', 'authentication_error', 'AccessDeniedException', 'UNAUTHENTICATED'),
      message: `This key is not right: ${secrets.providerKey}`,
      says: 'This key is not right',
    }),
  ),
  refused(9, 404, 'provider_model_not_found', {
    type: words('model_not_found', 'not_found_error', 'ResourceNotFoundException', 'NOT_FOUND'),
  }),
  refused(10, 408, 'upstream_timeout', {
    type: words('timeout', 'timeout_error', 'ModelTimeoutException', 'DEADLINE_EXCEEDED'),
  }),
  refused(10, 409, 'upstream_error'),
  refused(11, 413, 'request_too_large', { final: true, verbatim: true }),
  limitedFor(['retry-after: 2'], [2, 2]),
  limitedFor(['retry-after: 1.5'], [2, 2]),
  limitedFor(['retry-after-ms: 2500'], [3, 3]),
  limitedFor([`retry-after: ${new Date(Date.now() + 3_600_000).toUTCString()}`], [60, 60], 'retry-after: a date in an hour'),
  limitedFor([`retry-after: ${new Date(Date.now() - 60_000).toUTCString()}`], [0, 0], 'retry-after: a date that is over'),
  limitedFor(['retry-after: 3600'], [60, 60]),
  limitedFor(['retry-after: -5'], [0, 0]),
  limitedFor(['retry-after: soon'], [1, 1]),
  limitedFor([], [1, 1], 'without retry-after'),
  { ...limitedFor(['retry-after: 3'], [3, 3]), name: '429 retry-after: 3, each time', retries: 1, attempts: 2 },
  { ...limitedFor(['retry-after: 6'], [6, 6]), name: '429 retry-after: 6 with a retry left', retries: 1 },
  {
    row: 12,
    name: '429 retry-after: 2, once',
    outcome: 'ok',
    attempts: 2,
    behave(scene) {
      if (scene.attempt > 1) return answerWell(scene);
      const { body, headers } = scene.providerStream.refusal('rate_limit_error', 'Too many.');
      scene.socket.end(plainAnswer(429, 'application/json', body, [...headers, 'retry-after: 2']));
    },
  },
  ...[500, 502, 520, 521, 522, 523, 524, 525, 526].map((status) => refused(13, status, 'upstream_error', { attempts: 2 })),
  refused(13, 503, 'server_overloaded', { attempts: 2 }),
  refused(13, 529, 'server_overloaded', { attempts: 2 }),
  refused(13, 504, 'upstream_timeout'),
  {
    row: 13,
    name: '502 with a page of HTML',
    outcome: 'upstream_error',
    attempts: 2,
    hides: ['<html', 'internal-host-name'],
    behave: ({ socket }) => void socket.end(plainAnswer(502, 'text/html', html)),
  },
  {
    row: 13,
    name: '500 with no body',
    outcome: 'upstream_error',
    attempts: 2,
    behave: ({ socket }) => void socket.end(plainAnswer(500, '', '')),
  },
  redirectedTo('the same host', () => '/elsewhere'),
  redirectedTo('itself', (url) => url.href),
  redirectedTo('another host', () => 'http://127.0.0.2/'),
  redirectedTo('a plain address of the cloud', () => 'http://169.254.169.254/latest/meta-data/'),
  redirectedTo('a file', () => 'file:///etc/passwd'),
  {
    row: 35,
    name: 'an empty body',
    outcome: 'upstream_empty',
    behave: ({ providerStream, socket }) => void socket.end(plainAnswer(200, providerStream.contentType, '')),
  },
  {
    row: 36,
    name: 'an error as JSON with status 200',
    outcome: {
      chat: 'upstream_error',
      responses: 'upstream_error',
      messages: 'upstream_error',
      gemini: 'upstream_error',
      converse: 'upstream_protocol_error',
    },
    attempts: { chat: 2, responses: 2, messages: 2, gemini: 2, converse: 1 },
    behave({ providerStream, socket }) {
      const { body } = providerStream.refusal('server_error', 'It broke.');
      socket.end(plainAnswer(200, 'application/json', body));
    },
  },
  {
    row: 36,
    name: 'a page of HTML with status 200',
    outcome: 'upstream_protocol_error',
    hides: ['<html', 'internal-host-name'],
    behave: ({ socket }) => void socket.end(plainAnswer(200, 'text/html', html)),
  },
  {
    row: 36,
    name: 'an error as JSON without a content type',
    kinds: ['chat', 'responses', 'messages', 'gemini'],
    outcome: 'upstream_error',
    attempts: 2,
    says: 'It broke.',
    behave: ({ providerStream, socket }) =>
      void socket.end(plainAnswer(200, '', providerStream.refusal('server_error', 'It broke.').body)),
  },
  {
    row: 36,
    name: 'a page of HTML without a content type',
    outcome: 'upstream_protocol_error',
    hides: ['<html', 'internal-host-name'],
    behave: ({ socket }) => void socket.end(plainAnswer(200, '', html)),
  },
  tolerated(36, 'a stream without a content type', () => Buffer.alloc(0), {
    behave: ({ providerStream, socket }) => answerWell({ providerStream: { ...providerStream, contentType: '' }, socket }),
  }),
];
