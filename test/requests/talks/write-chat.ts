import type { JsonObject } from '../../../lib/stream/json.ts';
import { cacheMark, pdf, wav } from '../bodies.ts';
import type { Call, Piece, Talk, Turn } from './talk.ts';

/** The talk as a chat client sends it. */
export function writeChat(talk: Talk): JsonObject | undefined {
  if (talk.topK !== undefined || talk.noThinking) return undefined;
  const { tools, choice, json } = talk;
  return {
    messages: [...(talk.system ? [{ role: 'system', content: talk.system }] : []), ...talk.turns.flatMap(writeTurn)],
    ...(tools && {
      tools: tools.map(({ name, schema, strict }) => ({
        type: 'function',
        function: { name, description: `Does ${name}`, parameters: schema, ...(strict && { strict }) },
      })),
    }),
    ...(choice && {
      tool_choice: typeof choice === 'object' ? { type: 'function', function: choice } : choice === 'any' ? 'required' : choice,
    }),
    ...(talk.serial && { parallel_tool_calls: false }),
    ...(talk.effort && { reasoning_effort: talk.effort }),
    ...(talk.maxTokens && { max_completion_tokens: talk.maxTokens }),
    ...(talk.temperature !== undefined && { temperature: talk.temperature }),
    ...(talk.topP !== undefined && { top_p: talk.topP }),
    ...(talk.stop && { stop: [...talk.stop] }),
    ...(talk.user && { user: talk.user }),
    ...(json === 'object' && { response_format: { type: 'json_object' } }),
    ...(typeof json === 'object' && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: json, ...(talk.strictJson && { strict: true }) },
      },
    }),
    ...talk.own?.chat,
  };
}

function writeTurn(turn: Turn): JsonObject[] {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: contentOf(turn.pieces) }];
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: turn.text ?? null,
          ...(turn.thought && { reasoning_content: turn.thought }),
          ...(turn.calls && { tool_calls: turn.calls.map(writeCall) }),
        },
      ];
    case 'results':
      return [
        ...turn.results.map(({ id, pieces }) => ({ role: 'tool', tool_call_id: id, content: contentOf(pieces) })),
        ...(turn.beside ? [{ role: 'user', content: contentOf(turn.beside) }] : []),
      ];
    default:
      return [{ role: turn.role, content: turn.text }];
  }
}

function writeCall({ id, name, args }: Call): JsonObject {
  return { id, type: 'function', function: { name, arguments: args } };
}

function contentOf(pieces: readonly Piece[]): string | JsonObject[] {
  const [only, ...more] = pieces;
  if (only?.kind === 'text' && !only.mark && more.length === 0) return only.text;
  return pieces.map(writePiece);
}

function writePiece(piece: Piece): JsonObject {
  switch (piece.kind) {
    case 'text':
      return { type: 'text', text: piece.text, ...(piece.mark && cacheMark) };
    case 'image':
      return { type: 'image_url', image_url: { url: `data:${piece.media};base64,${piece.data}` } };
    case 'image-url':
      return { type: 'image_url', image_url: { url: piece.url } };
    case 'pdf':
      return { type: 'file', file: { filename: piece.name, file_data: `data:application/pdf;base64,${pdf}` } };
    case 'text-file':
      return { type: 'file', file: { filename: piece.name, file_data: `data:text/plain;base64,${btoa('the sea is salty')}` } };
    case 'audio':
      return { type: 'input_audio', input_audio: { data: wav, format: 'wav' } };
  }
}
