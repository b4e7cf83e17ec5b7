import type { FinishReason } from '../../../lib/stream/events.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { plainEvents } from './plain-sse.ts';
import { countsOf, listOf, nothing, objectOf, parsed, sumOf, type Truth, textOf } from './truth.ts';

const reasons: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

/** A stream of Gemini's `streamGenerateContent`; the first candidate of it. */
export function geminiTruth(bytes: Uint8Array): Truth {
  const truth = nothing();
  // A signature marks the reasoning right before it, even if it arrives in a part of its own.
  let unsignedReasoning = false;
  let streamed: { name: string; arguments: JsonObject; pieces: Map<string, string> } | undefined;

  for (const { data } of plainEvents(bytes)) {
    const chunk = objectOf(parsed(data));
    if (chunk.error) {
      truth.error = { message: textOf(objectOf(chunk.error).message) };
      break;
    }
    const blocked = textOf(objectOf(chunk.promptFeedback).blockReason);
    if (blocked) {
      truth.error = { message: blocked };
      break;
    }

    const usage = objectOf(chunk.usageMetadata);
    const { promptTokenCount, toolUsePromptTokenCount, cachedContentTokenCount } = usage;
    const { candidatesTokenCount, thoughtsTokenCount } = usage;
    truth.usage = {
      ...truth.usage,
      ...countsOf({
        input: sumOf(promptTokenCount, toolUsePromptTokenCount),
        output: sumOf(candidatesTokenCount ?? thoughtsTokenCount, candidatesTokenCount === undefined ? 0 : thoughtsTokenCount),
        cacheRead: cachedContentTokenCount,
        reasoning: thoughtsTokenCount,
      }),
    };

    const [candidate = {}] = listOf(chunk.candidates);
    for (const part of listOf(objectOf(candidate.content).parts)) {
      if (textOf(part.text) !== '' || part.functionCall) truth.loneSignature = false;
      if (part.thought === true) truth.reasoning += textOf(part.text);
      else truth.text += textOf(part.text);
      // A signature on Google's own tool call marks nothing that a client could send back.
      if (part.thoughtSignature && (part.text !== undefined || part.functionCall)) {
        truth.signatures.push(textOf(part.thoughtSignature));
        truth.loneSignature = !part.functionCall && part.thought !== true && textOf(part.text) === '' && !unsignedReasoning;
        unsignedReasoning = false;
      } else if (textOf(part.text) !== '' || part.functionCall) {
        unsignedReasoning = part.thought === true;
      }
      if (!part.functionCall) continue;
      const call = objectOf(part.functionCall);
      if (call.name) {
        const tool = { ...(textOf(call.id) && { id: textOf(call.id) }), name: textOf(call.name), arguments: objectOf(call.args) };
        truth.tools.push(tool);
        streamed = call.willContinue === true ? { ...tool, pieces: new Map() } : undefined;
      }
      for (const piece of listOf(call.partialArgs)) if (streamed) addPiece(streamed, piece);
    }

    const raw = textOf(candidate.finishReason);
    if (raw) truth.finish = { raw, reason: reasons[raw] ?? 'other' };
  }

  if (truth.finish.reason === 'stop' && truth.tools.length > 0) truth.finish.reason = 'tool-call';
  truth.complete = !truth.error && truth.finish.raw !== undefined;
  return truth;
}

/** Puts a streamed argument at its path, `$.recipe.steps[0].name`; text comes in pieces. */
function addPiece(call: { arguments: JsonObject; pieces: Map<string, string> }, piece: JsonObject): void {
  const path = textOf(piece.jsonPath);
  const steps = path.match(/[^$.[\]'"]+/g) ?? [];
  let value: Json = piece.numberValue ?? piece.boolValue ?? null;
  if (typeof piece.stringValue === 'string') {
    value = (call.pieces.get(path) ?? '') + piece.stringValue;
    call.pieces.set(path, value);
  }
  let inside = call.arguments as Record<string, Json>;
  steps.forEach((step, at) => {
    const next = steps[at + 1];
    if (next === undefined) inside[step] = value;
    else {
      inside[step] ??= /^\d+$/.test(next) ? [] : {};
      inside = inside[step] as Record<string, Json>;
    }
  });
}
