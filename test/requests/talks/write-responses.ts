import type { JsonObject } from '../../../lib/stream/json.ts';
import { pdf } from '../bodies.ts';
import type { Piece, Talk, Turn } from './talk.ts';

/** The talk as a Responses client sends it; `undefined` where the dialect has no words for it. */
export function writeResponses(talk: Talk): JsonObject | undefined {
  const { tools, choice, json, stop, topK, noThinking } = talk;
  if (stop || topK !== undefined || noThinking) return undefined;
  const input = talk.turns.flatMap(writeTurn);
  if (input.includes(undefined)) return undefined;
  return {
    input: input as JsonObject[],
    ...(talk.system && { instructions: talk.system }),
    ...(tools && {
      tools: tools.map(({ name, schema, strict = false }) => ({
        type: 'function',
        name,
        description: `Does ${name}`,
        parameters: schema,
        strict,
      })),
    }),
    ...(choice && {
      tool_choice: typeof choice === 'object' ? { type: 'function', ...choice } : choice === 'any' ? 'required' : choice,
    }),
    ...(talk.serial && { parallel_tool_calls: false }),
    ...(talk.effort && { reasoning: { effort: talk.effort, summary: 'auto' } }),
    ...(talk.maxTokens && { max_output_tokens: talk.maxTokens }),
    ...(talk.temperature !== undefined && { temperature: talk.temperature }),
    ...(talk.topP !== undefined && { top_p: talk.topP }),
    ...(talk.user && { user: talk.user }),
    ...(json === 'object' && { text: { format: { type: 'json_object' } } }),
    ...(typeof json === 'object' && {
      text: { format: { type: 'json_schema', name: 'answer', schema: json, ...(talk.strictJson && { strict: true }) } },
    }),
    store: false,
    ...talk.own?.responses,
  };
}

function writeTurn(turn: Turn): (JsonObject | undefined)[] {
  switch (turn.role) {
    case 'user':
      return [messageOf('user', turn.pieces)];
    case 'assistant': {
      const { text, calls = [] } = turn;
      // Only what OpenAI sealed itself can come back as reasoning.
      return [
        ...(text === undefined ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }]),
        ...calls.map(({ id, name, args }) => ({ type: 'function_call', call_id: id, name, arguments: args })),
      ];
    }
    case 'results':
      return [
        ...turn.results.map(({ id, pieces }) => {
          const output = pieces.map(writePiece);
          return output.includes(undefined)
            ? undefined
            : { type: 'function_call_output', call_id: id, output: onlyText(pieces) ?? (output as JsonObject[]) };
        }),
        ...(turn.beside ? [messageOf('user', turn.beside)] : []),
      ];
    default:
      return [{ type: 'message', role: turn.role, content: [{ type: 'input_text', text: turn.text }] }];
  }
}

function onlyText(pieces: readonly Piece[]): string | undefined {
  const [only, ...more] = pieces;
  return only?.kind === 'text' && more.length === 0 ? only.text : undefined;
}

function messageOf(role: string, pieces: readonly Piece[]): JsonObject | undefined {
  const content = pieces.map(writePiece);
  return content.includes(undefined) ? undefined : { type: 'message', role, content: content as JsonObject[] };
}

function writePiece(piece: Piece): JsonObject | undefined {
  switch (piece.kind) {
    case 'text':
      return piece.mark ? undefined : { type: 'input_text', text: piece.text };
    case 'image':
      return { type: 'input_image', image_url: `data:${piece.media};base64,${piece.data}` };
    case 'image-url':
      return { type: 'input_image', image_url: piece.url };
    case 'pdf':
      return { type: 'input_file', filename: piece.name, file_data: `data:application/pdf;base64,${pdf}` };
    default:
      return undefined;
  }
}
