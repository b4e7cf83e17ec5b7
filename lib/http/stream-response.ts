import type { Sink } from '../gateway/deliver.ts';

/** Writes a whole response to a sink. Resolves when it is done. Never rejects. */
export type Source = (sink: Sink) => Promise<void>;

/** A source and the function to call when its reader disconnects. */
export interface ReserveResult {
  readonly source: Source;
  readonly abort: () => void;
}

const sources = new WeakMap<Response, ReserveResult>();

/**
 * A response whose body is written by `source`. A host that supports sinks takes the source itself (`takeSource`) and
 * avoids the stream in between. Any other host reads the body. `abort` is called when that reader disconnects.
 */
export function streamResponse(source: Source, headers: Record<string, string>, abort: () => void): Response {
  const response = new Response(readable(source, abort), { headers });
  sources.set(response, { source, abort });
  return response;
}

/** Takes the source of a response made by `streamResponse`. Works once, and the body must not be read afterwards. */
export function takeSource(response: Response): ReserveResult | undefined {
  const streamSource = sources.get(response);
  sources.delete(response);
  return streamSource;
}

function readable(source: Source, abort: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let limitScope = Promise.withResolvers<void>();
  let started = false;
  let disconnected = false;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        limitScope.resolve();
        if (started) return;
        started = true;
        void source({
          write(piece) {
            if (disconnected) return undefined;
            controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
            if ((controller.desiredSize ?? 0) > 0) return undefined;
            limitScope = Promise.withResolvers<void>();
            return limitScope.promise;
          },
          end() {
            if (!disconnected) controller.close();
          },
        });
      },
      cancel() {
        disconnected = true;
        limitScope.resolve();
        abort();
      },
    },
    // The source starts only when somebody reads.
    { highWaterMark: 0 },
  );
}
