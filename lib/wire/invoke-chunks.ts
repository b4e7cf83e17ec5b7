import { inBatches } from '../stream/batch.ts';
import { SluiceError } from '../stream/errors.ts';
import { readAwsEventStream, writeAwsEventStream } from './aws-event-stream.ts';
import type { Frame, ReadFrames, WriteFrame } from './frame.ts';
import { parseFrame } from './json.ts';

/**
 * The response of Bedrock's InvokeModelWithResponseStream. Each `chunk` message holds one event of the model's own
 * API as base64, which becomes a frame without a name. Other messages pass unchanged. Throws like
 * `readAwsEventStream`, and `upstream_protocol_error` for a chunk without bytes.
 */
export const readInvokeChunks: ReadFrames = (bytes, limits) => inBatches(readAwsEventStream(bytes, limits), unwrapped);

function* unwrapped(frames: readonly Frame[]): Generator<Frame> {
  for (const frame of frames) {
    if (frame.failure || frame.event !== 'chunk') {
      yield frame;
      continue;
    }
    const { bytes: base64 } = parseFrame(frame);
    if (typeof base64 !== 'string') throw new SluiceError('upstream_protocol_error', 'The provider sent a chunk without bytes.');
    yield { data: Buffer.from(base64, 'base64').toString() };
  }
}

/** One `chunk` message with the data of the frame. A failure is written as an exception. */
export const writeInvokeChunk: WriteFrame = (frame) =>
  writeAwsEventStream(
    frame.failure ? frame : { event: 'chunk', data: JSON.stringify({ bytes: Buffer.from(frame.data).toString('base64') }) },
  );
