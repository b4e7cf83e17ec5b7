import type { Sink } from '../gateway/deliver.ts';

/** Writes a whole answer into a sink; resolves when it is over, never rejects. */
export type Source = (sink: Sink) => Promise<void>;

/** A source, and what is to be called when its reader goes away. */
export interface ReserveResult {
  readonly source: Source;
  readonly left: () => void;
}

const sources = new WeakMap<Response, ReserveResult>();

/**
 * A response whose body is written by `source`. A host that knows sinks takes the source itself (`takeSource`) and
 * saves the stream in between; any other host reads the body. `left` is called when that reader goes away.
 */
export function streamResponse(source: Source, headers: Record<string, string>, left: () => void): Response {
  const response = new Response(readable(source, left), { headers });
  sources.set(response, { source, left });
  return response;
}

/** The source of a response made by `streamResponse`, once; the body must not be read then. */
export function takeSource(response: Response): ReserveResult | undefined {
  const taken = sources.get(response);
  sources.delete(response);
  return taken;
}

function readable(source: Source, left: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let limitScope = Promise.withResolvers<void>();
  let started = false;
  let gone = false;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        limitScope.resolve();
        if (started) return;
        started = true;
        void source({
          write(piece) {
            if (gone) return undefined;
            controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
            if ((controller.desiredSize ?? 0) > 0) return undefined;
            limitScope = Promise.withResolvers<void>();
            return limitScope.promise;
          },
          end() {
            if (!gone) controller.close();
          },
        });
      },
      cancel() {
        gone = true;
        limitScope.resolve();
        left();
      },
    },
    // Nothing is asked of the source until somebody reads.
    { highWaterMark: 0 },
  );
}
