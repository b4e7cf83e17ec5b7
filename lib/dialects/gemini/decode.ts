import { batchOf } from '../../stream/batch.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import type { DecodeContext } from '../dialect.ts';
import { strictIndex, strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { Content } from './content.ts';
import { chunkFailure, frameFailure } from './failure.ts';
import { finishReason, usageOf } from './wire.ts';

/**
 * Events from the frames of `streamGenerateContent?alt=sse`: one JSON object each, without event names, and no
 * `[DONE]`.
 *
 * A finishReason is required for the finish, which is written at the end of the stream. Older models send one in
 * every chunk, and the last one counts. Only the first of several candidates is the answer. A prompt that Google
 * blocked has no candidate and is a failure, `content_filter`.
 */
export async function* decode(frames: Frames, context: DecodeContext): AsyncGenerator<StreamEvent[]> {
  let content: Content | undefined;
  let usage: Usage = {};
  let rawReason = '';

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.failure) throw frameFailure(frame);
      if (frame.data === '') continue;
      const chunk = parseFrame(frame);
      if (chunk.error !== undefined && chunk.error !== null) throw chunkFailure(chunk);
      const candidate = strictObjects(chunk, 'candidates').find((each) => (strictIndex(each, 'index') ?? 0) === 0);
      if (!candidate) refuseBlocked(chunk);
      usage = { ...usage, ...usageOf(chunk.usageMetadata) };
      if (!content) {
        const id = strictText(chunk, 'responseId') || context.id;
        content = new Content(id);
        const model = strictText(chunk, 'modelVersion') || context.model;
        yield { type: 'start', id, model, ...(Object.keys(usage).length > 0 && { usage }) };
      }
      if (!candidate) continue;
      yield* content.candidate(candidate);
      const finishReasonValue = strictText(candidate, 'finishReason');
      if (finishReasonValue !== 'FINISH_REASON_UNSPECIFIED') rawReason = finishReasonValue || rawReason;
    }
  }

  for await (const batch of untilFinished(frames, () => rawReason !== ''))
    for (const events of batchOf(read(batch))) yield events;

  if (!content) throw new SluiceError('upstream_empty', 'The provider ended the response before it sent any content.');
  if (rawReason === '') throw new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.');
  const reason = finishReason(rawReason);
  for (const events of batchOf(content.end(reason === 'stop'))) yield events;
  yield [{ type: 'finish', reason: reason === 'stop' && content.called ? 'tool-call' : reason, rawReason, usage }];
}

/** The frames; a break of the bytes after the provider's own finish is their end. */
async function* untilFinished(frames: Frames, finished: () => boolean): AsyncGenerator<readonly Frame[]> {
  try {
    yield* frames;
  } catch (error) {
    if (!finished()) throw error;
  }
}

/** Throws for a prompt that Google blocked. */
function refuseBlocked(chunk: JsonObject): void {
  const feedback = strictObject(chunk, 'promptFeedback') ?? {};
  const reason = strictText(feedback, 'blockReason');
  if (reason === '') return;
  const message = strictText(feedback, 'blockReasonMessage');
  throw new SluiceError('content_filter', message || `${reason}: the provider blocked the prompt.`);
}
