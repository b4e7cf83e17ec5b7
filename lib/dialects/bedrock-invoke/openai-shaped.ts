import { inBatches } from '../../stream/batch.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import { isObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { parseFrame } from '../../wire/json.ts';
import { bodyFailure, frameFailure } from '../bedrock/failure.ts';
import type { ProviderDialect } from '../dialect.ts';
import { openaiChatUpstream } from '../openai-chat/upstream.ts';

const chat = openaiChatUpstream({ maxTokensField: 'max_tokens', streamOptions: false });

/**
 * Bedrock models with the chat completions format: Jamba, gpt-oss, Qwen, Kimi, DeepSeek and the larger Mistral
 * models. The URL has the model and the stream flag, so the body has neither.
 */
export const openaiShaped: ProviderDialect = {
  ...chat,
  build(request, model, options) {
    const { body, ...built } = chat.build(request, model, options);
    const { model: _model, stream: _stream, ...members } = body;
    return { ...built, body: members };
  },
  decode: (frames, context) => chat.decode(inBatches(frames, chatFrames), context),
  failure: bodyFailure,
};

/**
 * Chunks converted to chat completions. Mistral sends `message` and `stop_reason`, and usage is in Bedrock's own
 * metrics.
 */
function* chatFrames(frames: readonly Frame[]): Generator<Frame> {
  for (const frame of frames) {
    if (frame.failure) throw frameFailure(frame);
    const chunk = parseFrame(frame);
    const { 'amazon-bedrock-invocationMetrics': metrics, choices, ...members } = chunk;
    const counted = isObject(metrics) && !isObject(chunk.usage) && { usage: usageOf(metrics) };
    yield {
      data: JSON.stringify({
        ...members,
        ...(Array.isArray(choices) && { choices: choices.map(choiceOf) }),
        ...counted,
      }),
    };
  }
}

function choiceOf(choice: Json): Json {
  if (!isObject(choice)) return choice;
  const { message, stop_reason, ...members } = choice;
  return {
    ...(message !== undefined && { delta: message }),
    ...(stop_reason !== undefined && { finish_reason: stop_reason }),
    ...members,
  };
}

function usageOf({ inputTokenCount, outputTokenCount }: JsonObject): JsonObject {
  return { prompt_tokens: inputTokenCount, completion_tokens: outputTokenCount };
}
