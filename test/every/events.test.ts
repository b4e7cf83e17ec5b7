import { afterAll, describe, expect, test } from 'vitest';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { isContent } from '../../lib/policy/content.ts';
import type { ErrorKind } from '../../lib/stream/errors.ts';
import type { Case } from '../matrix/cases.ts';
import { messageEnds } from '../matrix/cut-positions.ts';
import { ask, block, say, start } from '../support/ask.ts';
import { flattened } from '../support/batches.ts';
import { check } from '../support/checker/check.ts';
import { clients } from '../support/clients.ts';
import { covered, isFull } from '../support/extent.ts';
import { manualClock } from '../support/manual-clock.ts';
import { never, scriptProvider } from '../support/script-provider.ts';
import { translate } from '../support/translate.ts';
import { askBroken, type Parts, partsOf, type Seen } from './broken-stack.ts';
import { type Recorded, recorded } from './recorded.ts';

/** The message of an exception in our own code, which must never reach a client. */
const canary = 'canary-of-an-exception';
const fail = (): never => {
  throw new TypeError(canary);
};

/** Counts its calls and fails at the one with this number, from 0. */
function failAt(number: number): () => void {
  let calls = 0;
  return () => {
    if (calls++ === number) fail();
  };
}

/** Ways in which our own code can fail at event n, and whether the answer is a stream then. */
const breakages: readonly { what: string; stream: boolean; at: (parts: Parts, n: number) => Parts }[] = [
  { what: 'the decoder', stream: true, at: ({ client, provider }, n) => ({ client, provider: brokenDecoder(provider, n) }) },
  { what: 'the decoder', stream: false, at: ({ client, provider }, n) => ({ client, provider: brokenDecoder(provider, n) }) },
  { what: 'the encoder', stream: true, at: ({ client, provider }, n) => ({ client: brokenEncoder(client, n), provider }) },
  { what: 'the collector', stream: false, at: ({ client, provider }, n) => ({ client: brokenCollector(client, n), provider }) },
];

function brokenDecoder(real: ProviderDialect, n: number): ProviderDialect {
  return {
    ...real,
    async *decode(frames, context) {
      const step = failAt(n);
      for await (const event of flattened(real.decode(frames, context))) {
        step();
        yield [event];
      }
    },
  };
}

function brokenEncoder(real: ClientDialect, n: number): ClientDialect {
  return {
    ...real,
    encoder(options) {
      const step = failAt(n);
      const encoder = real.encoder(options);
      return {
        open: () => encoder.open(),
        heartbeat: () => encoder.heartbeat(),
        *write(event) {
          step();
          yield* encoder.write(event);
        },
      };
    },
  };
}

function brokenCollector(real: ClientDialect, n: number): ClientDialect {
  return {
    ...real,
    collector(options) {
      const step = failAt(n);
      const collector = real.collector(options);
      return {
        body: () => collector.body(),
        write(event) {
          step();
          collector.write(event);
        },
      };
    },
  };
}

const formatOf = ({ forClients }: Pick<Recorded, 'forClients'>) => forClients[0]?.format;

/** One of each dialect of providers in `npm test`, all of the two dozen in full. */
const chosen = recorded().filter(
  ({ forClients }, index, all) => isFull || all.findIndex((other) => formatOf(other) === formatOf({ forClients })) === index,
);
if (chosen.length === 0) test.skip('an exception of our own at every event of a recorded answer');

const counts = { exceptions: 0, flips: 0 };
afterAll(() => {
  if (chosen.length > 0)
    covered(`${chosen.length} recordings, ${counts.exceptions} exceptions of our own, ${counts.flips} flipped bits`);
});

describe('an exception in our own code', () => {
  const cells = chosen.flatMap(({ forClients }) => forClients).map((one) => [one.title, one] as const);
  test.for(cells)(
    '%s: at every event, ends everything with an error that reveals nothing',
    { timeout: 60_000 },
    async ([, one]) => {
      const { events } = await translate(one);
      for (const { what, stream, at } of breakages) {
        // A failure before any content is reported without an encoder.
        if (what !== 'the decoder' && !events.some(isContent)) continue;
        for (let n = 0; n < events.filter(({ type }) => type !== 'error').length; n++) {
          const seen = await askBroken(one, at(partsOf(one), n), stream);
          expect(wrongs(seen, one), `${what} at event ${n}, stream: ${stream}`).toEqual([]);
          counts.exceptions++;
        }
      }
    },
  );

  const [first] = chosen;
  const single: [what: string, broken: (parts: Parts) => Parts, stream?: false][] = [
    ['the request is read', (parts) => ({ ...parts, client: { ...parts.client, parse: fail } })],
    ['the request is built', (parts) => ({ ...parts, provider: { ...parts.provider, build: fail } })],
    ['the encoder is made', (parts) => ({ ...parts, client: { ...parts.client, encoder: fail } })],
    ['the collector is made', (parts) => ({ ...parts, client: { ...parts.client, collector: fail } }), false],
  ];
  test.skipIf(!first).for(single)('before any event, when %s, returns an error status', async ([, broken, stream = true]) => {
    for (const one of first?.forClients ?? []) {
      const seen = await askBroken(one, broken(partsOf(one)), stream);
      expect(seen.status).toBe(failedStatus(one));
      expect(wrongs(seen, one)).toEqual([]);
    }
  });

  test('in a heartbeat changes nothing: the answer continues, and the process too', async () => {
    const clock = manualClock();
    const gate = Promise.withResolvers<void>();
    const asked = ask(clock, [
      scriptProvider('one', [start, block, say('x'), { wait: gate.promise }, say('y'), { wait: never }]),
    ]);
    const { client } = asked.gatewayRequest;
    const broken = { ...client, encoder: (options: never) => ({ ...client.encoder(options), heartbeat: fail }) };
    const source = await asked.gateway.stream({ ...asked.gatewayRequest, client: broken });
    const pieces: string[] = [];
    const running = source({ write: (piece) => void pieces.push(String(piece)), end: () => {} });
    await clock.advance(16_000);
    gate.resolve();
    await clock.advance(200);
    expect(pieces.join('').split('\n')).toContain('y');
    asked.abort();
    await running;
  });
});

describe('a flipped bit', () => {
  const converse = recorded().find(({ forClients }) => forClients[0]?.wire === 'aws-event-stream');
  if (!converse) test.skip('in a message of Bedrock is an error');

  test.for((converse?.forClients ?? []).map((one) => [one.title, one] as const))(
    '%s: in the prelude or a checksum is an error, never a different answer',
    async ([, one]) => {
      const { text } = check(one.dialect, (await translate(one)).bytes).truth;
      const lastMessage = (messageEnds(one.bytes).at(-2) ?? 0) * 8;
      for (const bit of fragileBits(one.bytes)) {
        const bytes = Buffer.from(one.bytes);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const seen = await askBroken({ ...one, bytes }, partsOf(one), true);
        expect({ lines: seen.lines.length, open: seen.open }).toEqual({ lines: 1, open: 0 });
        const { violations, terminal, truth } = check(one.dialect, seen.bytes, { showUsage: true });
        // An answer that the provider has finished is whole, whatever becomes of the usage behind it.
        if (truth.complete)
          expect({ bit, text: truth.text, afterStop: bit >= lastMessage }).toEqual({ bit, text, afterStop: true });
        else {
          expect(['upstream_protocol_error', 'upstream_cut'], `bit ${bit}`).toContain(seen.lines[0]?.outcome);
          if (seen.status === 200) {
            expect({ violations, terminal }, `bit ${bit}`).toEqual({ violations: [], terminal: 'error' });
            expect(text.startsWith(truth.text)).toBe(true);
          } else expect(seen.status).toBe(statusFor(one, 'upstream_cut'));
        }
        counts.flips++;
      }
    },
  );
});

/** The bits of every message's prelude and checksums; of some of them unless in full. */
function fragileBits(bytes: Uint8Array): number[] {
  const ends = messageEnds(bytes);
  const all = ends.flatMap((end, at) => {
    const begin = ends[at - 1] ?? 0;
    return [...range(begin * 8, (begin + 12) * 8), ...range((end - 4) * 8, end * 8)];
  });
  return isFull ? all : all.filter((_, at) => at % 17 === 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** The status of this failure for the client of a case. */
function statusFor({ dialect }: Pick<Case, 'dialect'>, kind: ErrorKind): number | undefined {
  return clients.find((client) => client.dialect === dialect)?.status(kind);
}

const failedStatus = (one: Pick<Case, 'dialect'>) => statusFor(one, 'gateway_error');

/** What is wrong with the answer to a request in which our own code failed. */
function wrongs({ status, requestId, bytes, lines, open }: Seen, { dialect }: Case): string[] {
  const text = bytes.toString();
  const logged = lines.map(({ outcome }) => outcome).join();
  return [
    ...(status === 200 || status === failedStatus({ dialect }) ? [] : [`status ${status}`]),
    ...(status === 200 ? check(dialect, bytes, { showUsage: true, expectError: true }).violations : []),
    ...(status !== 200 && !dialect.startsWith('bedrock-') && !text.includes(requestId) ? ['the error has no request id'] : []),
    ...(/canary|\.ts\b|\n {4}at /.test(text) ? [`the caller is told of the exception: ${text}`] : []),
    ...(open > 0 ? ['the provider was not closed'] : []),
    ...(logged === 'gateway_error' ? [] : [`logged as ${logged}`]),
  ];
}
