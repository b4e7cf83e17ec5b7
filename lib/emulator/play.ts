import type { EmulatedModel, StreamFault } from './emulated-models.ts';
import type { Exchange } from './exchange.ts';

/** One event of a provider's stream as bytes. */
export interface WireEvent {
  /** `content` takes the time of a token and counts for faults. `done` comes after the finish and its usage. */
  readonly kind: 'envelope' | 'content' | 'finish' | 'done';
  readonly bytes: string | Uint8Array;
}

/** What a stream may contain besides its events. */
export interface FaultBytes {
  /** The provider's report of a failure inside a stream. */
  readonly error: string | Uint8Array;
  /** An event with correct framing and broken content. */
  readonly garbage: string | Uint8Array;
}

/** What each fault does. Returns true if the stream continues. */
const strike: Record<StreamFault, (exchange: Exchange, faultBytes: FaultBytes) => Promise<boolean>> = {
  cut: async (exchange) => {
    exchange.cut();
    return false;
  },
  eof: async (exchange) => {
    exchange.breakOff();
    return false;
  },
  stall: async (exchange) => {
    await exchange.silence();
    return false;
  },
  error: async (exchange, { error }) => {
    await exchange.write(error);
    exchange.breakOff();
    return false;
  },
  garbage: async (exchange, { garbage }) => {
    await exchange.write(garbage);
    return true;
  },
};

/**
 * Sends the events of an open stream at the model's pace, until the model's fault happens. The fault happens before
 * the finish at the latest, and with 0 before everything else. Throws when the client disconnects.
 */
export async function play(
  exchange: Exchange,
  events: Iterable<WireEvent>,
  faultBytes: FaultBytes,
  model: EmulatedModel,
  paceMs: number,
): Promise<void> {
  let fault = model.fault;
  let contents = 0;
  for (const event of events) {
    if (event.kind === 'done' && model.withoutDone) break;
    if (fault && (contents >= (model.n ?? 0) || event.kind === 'finish')) {
      if (!(await strike[fault](exchange, faultBytes))) return;
      fault = undefined;
    }
    if (event.kind === 'content') {
      contents++;
      await exchange.wait(paceMs);
    }
    await exchange.write(event.bytes);
    exchange.call.eventsSent++;
  }
  exchange.finish();
}
