import { inBatches } from '../../stream/batch.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, Frames } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import { bodyFailure } from '../bedrock/failure.ts';
import { build } from '../bedrock-converse/build.ts';
import { decode } from '../bedrock-converse/decode.ts';
import type { ProviderDialect } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';

/** Amazon Nova with its own body, which is Converse's except for its framing. */
export const nova: ProviderDialect = {
  name: 'bedrock-nova',
  build(request, _model, options) {
    const { body, dropped } = build(request, options);
    const { additionalModelRequestFields: fields, inferenceConfig, ...members } = body;
    const { inferenceConfig: more, ...others } = lenientObject(fields);
    return {
      body: {
        schemaVersion: 'messages-v1',
        ...members,
        inferenceConfig: { ...lenientObject(inferenceConfig), ...lenientObject(more) },
        ...others,
      },
      dropped,
    };
  },
  // Converse's events are never passed through to another dialect.
  decode: (frames, context) => decode(converseFrames(frames), { ...context, passthrough: false }),
  failure: bodyFailure,
};

const eventNames = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'];

/**
 * Converse frames from chunks that each hold one named event. Nova gives every text delta a block of its own with its
 * own end (recorded). Here they are one block that ends where another kind begins.
 */
function converseFrames(frames: Frames): Frames {
  let wire: unknown;
  let index = -1;
  let kind = '';

  function* read(batch: readonly Frame[]): Generator<Frame> {
    for (const frame of batch) {
      const chunk = frame.failure ? {} : parseFrame(frame);
      const event = eventNames.find((name) => chunk[name] !== undefined);
      if (!event) {
        yield frame;
        continue;
      }
      const payload = lenientObject(chunk[event]);
      const { contentBlockIndex } = payload;
      if (contentBlockIndex === undefined) {
        yield { event, data: JSON.stringify(event === 'metadata' ? withCounts(payload) : payload) };
        continue;
      }
      if (event === 'contentBlockStop' && kind === 'text') continue;
      const [deltaKind = ''] = Object.keys(lenientObject(payload.delta ?? payload.start));
      if (event !== 'contentBlockStop' && contentBlockIndex !== wire) {
        if (!(deltaKind === 'text' && kind === 'text')) index++;
        wire = contentBlockIndex;
        kind = deltaKind;
      }
      yield { event, data: JSON.stringify({ ...payload, contentBlockIndex: index }) };
      if (event === 'contentBlockStop') kind = '';
    }
  }

  return inBatches(frames, read);
}

/** The cached counts have other names here. */
function withCounts(metadata: JsonObject): JsonObject {
  const usage = lenientObject(metadata.usage);
  const { cacheReadInputTokenCount, cacheWriteInputTokenCount } = usage;
  return {
    ...metadata,
    usage: { cacheReadInputTokens: cacheReadInputTokenCount, cacheWriteInputTokens: cacheWriteInputTokenCount, ...usage },
  };
}
