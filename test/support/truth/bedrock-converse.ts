import type { FinishReason } from '../../../lib/stream/events.ts';
import { type PlainMessage, plainMessages } from './plain-event-stream.ts';
import { plainEvents } from './plain-sse.ts';
import { countsOf, nothing, objectOf, parsed, sumOf, type ToolDraft, type Truth, textOf, toolOf } from './truth.ts';

const reasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-call',
  content_filtered: 'content-filter',
  guardrail_intervened: 'content-filter',
};

/** A ConverseStream answer: binary, or one `{"messageStart": …}` a line. Tools that Bedrock runs itself are no tool calls. */
export function bedrockConverseTruth(bytes: Uint8Array): Truth {
  return converseTruth(bytes[0] === 0 ? plainMessages(bytes) : messagesByLine(bytes));
}

/** The same from messages that are already taken out of their wire. */
export function converseTruth(messages: readonly PlainMessage[]): Truth {
  const truth = nothing();
  const drafts = new Map<unknown, ToolDraft>();
  // A block's redacted reasoning may come in pieces of base64.
  const redacted = new Map<unknown, string[]>();

  for (const { headers, payload } of messages) {
    if (headers['message-type'] !== 'event') {
      const name = headers['exception-type'] ?? headers['error-code'] ?? '';
      truth.error = { message: textOf(payload.message) || headers['error-message'] || name };
      break;
    }
    const index = payload.contentBlockIndex;
    if (headers['event-type'] === 'contentBlockStart') {
      const use = objectOf(objectOf(payload.start).toolUse);
      if (use.toolUseId && use.type !== 'server_tool_use') {
        drafts.set(index, { id: textOf(use.toolUseId), name: textOf(use.name), json: '' });
      }
    }
    if (headers['event-type'] === 'contentBlockDelta') {
      const delta = objectOf(payload.delta);
      const reasoning = objectOf(delta.reasoningContent);
      truth.text += textOf(delta.text);
      truth.reasoning += textOf(reasoning.text);
      if (textOf(reasoning.signature)) truth.signatures.push(textOf(reasoning.signature));
      if (textOf(reasoning.redactedContent)) {
        redacted.set(index, [...(redacted.get(index) ?? []), textOf(reasoning.redactedContent)]);
      }
      const draft = drafts.get(index);
      if (draft) draft.json += textOf(objectOf(delta.toolUse).input);
    }
    if (headers['event-type'] === 'messageStop') {
      const raw = textOf(payload.stopReason);
      truth.finish = { raw, reason: reasons[raw] ?? 'other' };
    }
    if (headers['event-type'] === 'metadata') {
      const usage = objectOf(payload.usage);
      // Invoke uses the suffix Count.
      const cacheRead = usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount;
      const cacheWrite = usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount;
      truth.usage = countsOf({
        input: sumOf(usage.inputTokens, cacheRead, cacheWrite),
        output: usage.outputTokens,
        cacheRead,
        cacheWrite,
      });
    }
  }

  truth.redacted = [...redacted.values()].map((pieces) => {
    return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');
  });
  truth.tools = [...drafts.values()].map(toolOf);
  truth.complete = !truth.error && truth.finish.raw !== undefined;
  return truth;
}

function messagesByLine(bytes: Uint8Array): PlainMessage[] {
  return plainEvents(bytes).flatMap(({ data }) =>
    Object.entries(objectOf(parsed(data))).map(([type, payload]) => ({
      headers: { 'message-type': 'event', 'event-type': type },
      payload: objectOf(payload),
    })),
  );
}
