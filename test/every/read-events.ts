import { createGateway } from '../../lib/gateway/gateway.ts';
import type { GatewayRequest } from '../../lib/gateway/gateway-request.ts';
import type { SluiceError } from '../../lib/stream/errors.ts';
import type { Bytes } from '../../lib/wire/frame.ts';
import type { Case } from '../matrix/cases.ts';
import { timeouts } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readers, requestOf } from '../support/translate.ts';

/** What a client receives of one answer. */
export interface Heard {
  /** The failure, where no byte was written. */
  readonly refused?: SluiceError;
  readonly pieces: readonly Buffer[];
  /** What leaks: a sink that did not end exactly once, an unclosed body, a deadline still pending. */
  readonly left: readonly string[];
}

/** A gateway whose only provider sends the given bytes, and a client that reads the answer. Its clock is frozen. */
export function listener(one: Case): (bytes: Bytes) => Promise<Heard> {
  const clock = manualClock();
  const gateway = createGateway({ clock, commitAfterMs: 10_000, heartbeatMs: 15_000, random: () => 0 });

  return async (bytes) => {
    let open = 0;
    async function* watched() {
      open++;
      try {
        yield* bytes;
      } finally {
        open--;
      }
    }
    const api = {
      dialect: { ...one.provider, build: () => ({ body: {}, dropped: [] }) },
      open: async (call: { onConnected: () => void }) => {
        call.onConnected();
        return readers[one.wire](watched(), { maxFrameBytes: 32 << 20 });
      },
    };
    const provider = { name: 'recorded', apiFor: () => api };
    const gatewayRequest: GatewayRequest = {
      request: requestOf(one.client.name, true),
      client: one.client,
      route: {
        name: 'our-model',
        targets: [{ provider, model: 'our-model', timeouts, prefill: false }],
        totalMs: timeouts.total,
        retries: 0,
        continueText: false,
      },
      requestId: 'req_1',
      answerId: 'ours-1',
      created: 1_700_000_000,
      headers: {},
      signal: new AbortController().signal,
      answerState: { attempts: [] },
    };
    const pieces: Buffer[] = [];
    let ends = 0;
    const refused = await gateway.stream(gatewayRequest).then(
      async (source) => {
        await source({
          write(piece) {
            pieces.push(Buffer.from(piece));
            return undefined;
          },
          end() {
            ends++;
          },
        });
      },
      (thrown: SluiceError) => thrown,
    );
    const left = [
      ...(open === 0 ? [] : ['the provider was not closed']),
      ...(ends === (refused ? 0 : 1) ? [] : [`the answer was ended ${ends} times`]),
      ...(clock.watchers === 0 ? [] : [`${clock.watchers} deadlines are still watched`]),
    ];
    return { ...(refused && { refused }), pieces, left };
  };
}
