import type { Fault } from './fault.ts';
import { bytesFaults } from './rows/bytes.ts';
import { connectionFaults } from './rows/connection.ts';
import { eventFaults } from './rows/events.ts';
import { refusalFaults } from './rows/refusals.ts';
import { silenceFaults } from './rows/silence.ts';

/** Every fault that a provider can have, in its variants. */
export const faults: readonly Fault[] = [...connectionFaults, ...refusalFaults, ...silenceFaults, ...bytesFaults, ...eventFaults];

/** The rows of the matrix. */
export const rows: Readonly<Record<number, string>> = {
  1: 'connection refused',
  2: 'connection times out',
  3: 'no address for the name',
  4: 'TLS: expired, another host, self-signed',
  5: 'reset before headers',
  6: 'reset before the first event',
  7: 'refused as a bad request',
  8: 'refused for its key',
  9: 'model unknown at the provider',
  10: '408 and 409',
  11: 'request too large',
  12: 'rate limited, in all forms of Retry-After',
  13: '5xx in all forms',
  14: 'redirects',
  15: 'slow headers',
  16: 'slow first content with pings',
  17: 'stall in the middle',
  18: 'drip',
  19: 'clean end at any place',
  20: 'reset at any place',
  21: 'half-close',
  22: 'wrong framing and lengths',
  23: 'compressed bodies',
  24: 'garbage',
  25: 'code points split over chunks',
  26: 'invalid UTF-8',
  27: 'every spelling of SSE',
  28: 'huge events',
  29: 'malformed JSON',
  30: 'JSON of a wrong shape',
  31: 'finish without a terminator',
  32: 'terminator without a finish',
  33: 'errors inside the stream',
  34: 'more than one finish, data after it',
  35: 'empty body',
  36: 'wrong content type',
  37: 'tool arguments and code points cut',
  38: 'usage in any place or none',
  39: 'exceptions and checksums of Bedrock',
  40: 'secrets cannot be read',
  41: 'the deadline of the function',
  42: 'slow reader',
  43: 'reader leaves',
  44: 'exception of our own',
  45: 'streams beside each other',
  46: 'answers in one piece',
};
