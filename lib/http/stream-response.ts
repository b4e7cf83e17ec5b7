import type { Sink } from '../gateway/deliver.ts';

/** Writes a whole answer into a sink; resolves when it is over, never rejects. */
export type Source = (sink: Sink) => Promise<void>;

/** A source, and what is to be called when its reader goes away. */
export interface ReserveResult {
  readonly source: Source;
  readonly abort: () => void;
}

const sources = new WeakMap<Response, ReserveResult>();

/**
 * A response whose body is written by `source`. A host that knows sinks takes the source itself (`takeSource`) and
 * saves the stream in between; any other host reads the body. `abort` is called when that reader goes away.
 */
export function streamResponse(source: Source, headers: Record<string, string>, abort: () => void): Response {
  const response = new Response(readable(source, abort), { headers });
  sources.set(response, { source, abort });
  return response;
}

/** The source of a response made by `streamResponse`, once; the body must not be read then. */
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
    // Nothing is asked of the source until somebody reads.
    { highWaterMark: 0 },
  );
}
