import type { ProviderDialect } from '../../lib/dialects/dialect.ts';
import type { Provider, UpstreamApi, UpstreamRequest } from '../../lib/providers/provider.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';

/** A scripted provider's next step: yields an event, fails, or waits for a command or an abort. */
export type Step = StreamEvent | SluiceError | Error | { wait: Promise<unknown> };

export interface ScriptedProvider extends Provider, UpstreamApi {
  readonly calls: UpstreamRequest[];
  /** Calls whose stream was ended, by whichever side. */
  readonly closed: number;
}

/** A provider that follows a script, so that policy can be tested without bytes: one list of steps for each call. */
export function scriptProvider(name: string, ...scripts: Step[][]): ScriptedProvider {
  const calls: UpstreamRequest[] = [];
  let closed = 0;

  async function* play(script: Step[], signal: AbortSignal): AsyncGenerator<StreamEvent[]> {
    try {
      for (const step of script) {
        if (step instanceof Error) throw step;
        if ('wait' in step) await Promise.race([step.wait, aborted(signal)]);
        else yield [step];
      }
    } finally {
      closed++;
    }
  }

  let script: Step[] = [];
  let signal: AbortSignal = new AbortController().signal;
  const dialect: ProviderDialect = {
    name: 'script',
    build: () => ({ body: {}, dropped: [] }),
    decode: () => play(script, signal),
    failure: () => new SluiceError('upstream_error', 'refused'),
  };
  return {
    name,
    dialect,
    apiFor() {
      return this;
    },
    calls,
    get closed() {
      return closed;
    },
    async open(call) {
      calls.push(call);
      script = scripts[Math.min(calls.length, scripts.length) - 1] ?? [];
      signal = call.signal;
      const first = script[0];
      if (first && 'wait' in first && first.wait === never) await aborted(signal);
      call.onConnected();
      return noFrames();
    },
  };
}

/** As a first step, the connection never opens. Later, it means silence. */
export const never: Promise<never> = new Promise(() => {});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function* noFrames(): AsyncGenerator<never> {}
