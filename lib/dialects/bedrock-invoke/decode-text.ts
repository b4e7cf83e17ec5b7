import { batchOf } from '../../stream/batch.ts';
import { Blocks } from '../../stream/blocks.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import { frameFailure } from '../bedrock/failure.ts';
import type { DecodeContext } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';
import { countOf } from '../strict-fields.ts';
import type { TextFamily } from './text-family.ts';

/**
 * Events from the chunks of a text-only family. The family's own stop reason is required for the finish, which is
 * written at the end of the stream. For all families, the counts are in `amazon-bedrock-invocationMetrics` on the
 * last chunk.
 *
 * If a guardrail of the account blocks the prompt, its message is one chunk without a stop reason (recorded from
 * Titan), and the guardrail's report is the end. The same report in an answer that continues is not the end.
 */
export async function* decodeText(
  frames: Frames,
  context: DecodeContext,
  family: Pick<TextFamily, 'read' | 'reasons'>,
): AsyncGenerator<StreamEvent[]> {
  const blocks = new Blocks(context.id);
  let started = false;
  let rawReason = '';
  let usage: Usage = {};

  function* read(batch: readonly Frame[]): Generator<StreamEvent> {
    for (const frame of batch) {
      if (frame.failure) {
        // The provider withdraws its stop.
        rawReason = '';
        throw frameFailure(frame);
      }
      const chunk = parseFrame(frame);
      if (!started) {
        started = true;
        yield { type: 'start', id: context.id, model: context.model };
      }
      const { text, stop } = family.read(chunk);
      if (text !== '') yield* blocks.delta('text', { kind: 'text' }, { type: 'text-delta', text });
      rawReason = stop || (blockedBy(chunk) ? blocked : rawReason);
      usage = { ...usage, ...usageOf(chunk) };
    }
  }

  try {
    for await (const batch of frames) for (const events of batchOf(read(batch))) yield events;
  } catch (error) {
    if (rawReason === '') throw error;
  }
  if (!started) throw new SluiceError('upstream_empty', 'The provider ended the response before it sent any content.');
  if (rawReason === '') throw new SluiceError('upstream_cut', 'The provider closed the stream before the response was complete.');
  const known = Object.hasOwn(family.reasons, rawReason) ? family.reasons[rawReason] : undefined;
  const reason = rawReason === blocked ? 'content-filter' : (known ?? 'other');
  yield [...blocks.endAll(), { type: 'finish', reason, rawReason, usage }];
}

/** Converse's stop reason for a guardrail intervention. */
const blocked = 'guardrail_intervened';

function blockedBy(chunk: JsonObject): boolean {
  return chunk['amazon-bedrock-guardrailAction'] === 'INTERVENED' && chunk['amazon-bedrock-trace'] !== undefined;
}

/** `inputTokenCount` excludes the cached parts of the prompt. */
function usageOf(chunk: JsonObject): Usage {
  const metrics = lenientObject(chunk['amazon-bedrock-invocationMetrics']);
  const rest = countOf(metrics.inputTokenCount);
  const output = countOf(metrics.outputTokenCount);
  const cacheRead = countOf(metrics.cacheReadInputTokenCount);
  const cacheWrite = countOf(metrics.cacheWriteInputTokenCount);
  return {
    ...(rest !== undefined && { input: rest + (cacheRead ?? 0) + (cacheWrite ?? 0) }),
    ...(output !== undefined && { output }),
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
  };
}
