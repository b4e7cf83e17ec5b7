import { signThinking } from '../../../lib/emulator/signature.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { pdf } from '../bodies.ts';
import { argumentsOf, type Piece, type Talk, type Turn } from './talk.ts';

/** The talk as a Converse client sends it; `undefined` where the dialect has no words for it. */
export function writeConverse(talk: Talk): JsonObject | undefined {
  const { tools, choice = 'auto', json, maxTokens, temperature, topP, stop } = talk;
  if (talk.user || talk.topK !== undefined || talk.serial || talk.noThinking || choice === 'none' || json === 'object')
    return undefined;
  const messages = talk.turns.map(writeTurn);
  if (messages.includes(undefined) || tools?.length === 0) return undefined;
  const inference = {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(stop && { stopSequences: [...stop] }),
  };
  return {
    messages: messages as JsonObject[],
    ...(talk.system && { system: [{ text: talk.system }] }),
    ...(Object.keys(inference).length > 0 && { inferenceConfig: inference }),
    ...(tools && {
      toolConfig: {
        tools: tools.map(({ name, schema }) => ({
          toolSpec: { name, description: `Does ${name}`, inputSchema: { json: schema } },
        })),
        ...(choice !== 'auto' && { toolChoice: typeof choice === 'object' ? { tool: choice } : { any: {} } }),
      },
    }),
    ...(talk.effort && { outputConfig: { effort: talk.effort } }),
    ...(json && {
      outputConfig: {
        textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(json) } } },
      },
    }),
    ...talk.own?.converse,
  };
}

function writeTurn(turn: Turn): JsonObject | undefined {
  switch (turn.role) {
    case 'user': {
      const content = turn.pieces.map(writePiece);
      return content.includes(undefined) ? undefined : { role: 'user', content: content.flat() as JsonObject[] };
    }
    case 'assistant': {
      const { thought, signature, text, calls = [] } = turn;
      const made = calls.map((call) => {
        const input = argumentsOf(call);
        return input && { toolUse: { toolUseId: call.id, name: call.name, input } };
      });
      if (made.includes(undefined)) return undefined;
      const reasoningText = { text: thought ?? '', signature: signature ?? signThinking(thought ?? '') };
      return {
        role: 'assistant',
        content: [
          ...(thought ? [{ reasoningContent: { reasoningText } }] : []),
          ...(text === undefined ? [] : [{ text }]),
          ...(made as JsonObject[]),
        ],
      };
    }
    case 'results': {
      const given = turn.results.map(({ id, pieces }) => {
        const content = pieces.map(writePiece);
        return content.includes(undefined)
          ? undefined
          : { toolResult: { toolUseId: id, content: content.flat() as JsonObject[] } };
      });
      const content = [...given, ...(turn.beside ?? []).map(writePiece)];
      return content.includes(undefined) ? undefined : { role: 'user', content: content.flat() as JsonObject[] };
    }
    default:
      return undefined;
  }
}

/** A cache point follows what it marks. */
function writePiece(piece: Piece): JsonObject | JsonObject[] | undefined {
  switch (piece.kind) {
    case 'text':
      return piece.mark ? [{ text: piece.text }, { cachePoint: { type: 'default' } }] : { text: piece.text };
    case 'image':
      return { image: { format: piece.media.slice('image/'.length), source: { bytes: piece.data } } };
    case 'pdf':
      return { document: { format: 'pdf', name: piece.name.replaceAll('.', ' '), source: { bytes: pdf } } };
    case 'text-file':
      return { document: { format: 'txt', name: piece.name.replaceAll('.', ' '), source: { bytes: btoa('the sea is salty') } } };
    default:
      return undefined;
  }
}
