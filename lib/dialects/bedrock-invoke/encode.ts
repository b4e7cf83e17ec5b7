import type { StreamEvent, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import { exceptionFrame } from '../bedrock/errors.ts';
import type { ClientDialect, EncodeOptions, Encoder } from '../dialect.ts';

/** A format of bodies and chunks: a dialect, and which of its events Bedrock sends. */
export interface Body {
  readonly client: ClientDialect;
  /** The chunk text for an event. Undefined if Bedrock leaves it out. */
  readonly chunk: (frame: Frame) => string | undefined;
}

/**
 * The events of a dialect as chunks: without pings, with the counts on the last one, and with errors as exceptions.
 * As in Converse, there is no heartbeat and nothing opens a stream early.
 */
export class ChunkEncoder implements Encoder {
  readonly #body: Body;
  readonly #inner: Encoder;

  constructor(body: Body, options: EncodeOptions) {
    this.#body = body;
    this.#inner = body.client.encoder(options);
  }

  open(): Iterable<Frame> {
    return [];
  }

  heartbeat(): Iterable<Frame> {
    return [];
  }

  *write(event: StreamEvent): Generator<Frame> {
    if (event.type === 'error') {
      yield exceptionFrame(event.error);
      return;
    }
    const chunks = [...this.#inner.write(event)].flatMap((frame) => this.#body.chunk(frame) ?? []);
    for (const [at, data] of chunks.entries()) {
      const isLast = event.type === 'finish' && at === chunks.length - 1;
      yield isLast ? withMetrics({ data }, event.usage) : { data };
    }
  }
}

/** Bedrock's own metrics, if Bedrock sent the answer, are kept. */
function withMetrics(frame: Frame, usage: Usage): Frame {
  const { [metrics]: own = metricsOf(usage), ...payload } = parseFrame(frame);
  return { data: JSON.stringify({ ...payload, [metrics]: own }) };
}

const metrics = 'amazon-bedrock-invocationMetrics';

/** Bedrock's metrics, which SDK users read. The latency is unknown here, so it is 0. */
function metricsOf({ input = 0, output = 0, cacheRead, cacheWrite }: Usage): JsonObject {
  return {
    inputTokenCount: Math.max(0, input - (cacheRead ?? 0) - (cacheWrite ?? 0)),
    outputTokenCount: output,
    invocationLatency: 0,
    firstByteLatency: 0,
    ...(cacheRead !== undefined && { cacheReadInputTokenCount: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteInputTokenCount: cacheWrite }),
  };
}
