import { isObject, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { strictObject, strictObjects } from '../strict-fields.ts';

/**
 * Converts Converse's whole answer into the frames that ConverseStream would send. For a model that can't stream this
 * request: AWS streams no tools for Llama.
 */
export async function* wholeConverseFrames({ output, stopReason, ...answer }: JsonObject): AsyncGenerator<Frame[]> {
  const message = isObject(output) ? (strictObject(output, 'message') ?? {}) : {};
  const blocks = strictObjects(message, 'content').flatMap((block, contentBlockIndex) =>
    framesOf(block).map(([event, payload]) => frame(event, { ...payload, contentBlockIndex })),
  );
  yield [
    frame('messageStart', { role: 'assistant' }),
    ...blocks,
    frame('messageStop', { stopReason: stopReason ?? null }),
    frame('metadata', answer),
  ];
}

type Payload = readonly [event: string, payload: JsonObject];

function framesOf({ toolUse, reasoningContent, ...block }: JsonObject): Payload[] {
  if (isObject(toolUse)) {
    const { input = {}, ...start } = toolUse;
    return [
      ['contentBlockStart', { start: { toolUse: start } }],
      ['contentBlockDelta', { delta: { toolUse: { input: JSON.stringify(input) } } }],
      ['contentBlockStop', {}],
    ];
  }
  if (isObject(reasoningContent)) {
    const { reasoningText, ...opaque } = reasoningContent;
    const { text, signature } = isObject(reasoningText) ? reasoningText : {};
    const pieces: JsonObject[] = [
      ...(text === undefined ? [] : [{ text }]),
      ...(signature === undefined ? [] : [{ signature }]),
      ...(Object.keys(opaque).length > 0 ? [opaque] : []),
    ];
    return [
      ...pieces.map((piece): Payload => ['contentBlockDelta', { delta: { reasoningContent: piece } }]),
      ['contentBlockStop', {}],
    ];
  }
  return [
    ['contentBlockDelta', { delta: block }],
    ['contentBlockStop', {}],
  ];
}

function frame(event: string, payload: JsonObject): Frame {
  return { event, data: JSON.stringify(payload) };
}
