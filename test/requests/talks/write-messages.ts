import { signThinking } from '../../../lib/emulator/signature.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { cacheMark, pdf } from '../bodies.ts';
import { argumentsOf, type Call, type Piece, type Talk, type Turn } from './talk.ts';

/** The talk as a Messages client sends it; `undefined` where the dialect has no words for it. */
export function writeMessages(talk: Talk): JsonObject | undefined {
  const { tools, choice, json } = talk;
  if (json === 'object') return undefined;
  const messages = talk.turns.map(writeTurn);
  if (messages.includes(undefined)) return undefined;
  return {
    max_tokens: talk.maxTokens ?? 900,
    messages: messages as JsonObject[],
    ...(talk.system && { system: talk.system }),
    ...(tools && {
      tools: tools.map(({ name, schema, strict }) => ({
        name,
        description: `Does ${name}`,
        input_schema: schema,
        ...(strict && { strict }),
      })),
    }),
    ...((choice || talk.serial) && {
      tool_choice: {
        ...(typeof choice === 'object' ? { type: 'tool', ...choice } : { type: choice ?? 'auto' }),
        ...(talk.serial && { disable_parallel_tool_use: true }),
      },
    }),
    ...(talk.noThinking && { thinking: { type: 'disabled' } }),
    ...((talk.effort || json) && {
      output_config: {
        ...(talk.effort && { effort: talk.effort }),
        ...(json && { format: { type: 'json_schema', schema: json } }),
      },
    }),
    ...(talk.temperature !== undefined && { temperature: talk.temperature }),
    ...(talk.topP !== undefined && { top_p: talk.topP }),
    ...(talk.topK !== undefined && { top_k: talk.topK }),
    ...(talk.stop && { stop_sequences: [...talk.stop] }),
    ...(talk.user && { metadata: { user_id: talk.user } }),
    ...talk.own?.messages,
  };
}

/** The same in the form that Bedrock's Claude takes. */
export function writeInvoke(talk: Talk): JsonObject | undefined {
  const body = writeMessages({ ...talk, own: {} });
  if (!body) return undefined;
  const { metadata: _metadata, ...members } = body;
  return { anthropic_version: 'bedrock-2023-05-31', ...members, ...talk.own?.invoke };
}

function writeTurn(turn: Turn): JsonObject | undefined {
  switch (turn.role) {
    case 'user':
      return contentOf('user', turn.pieces);
    case 'assistant': {
      const { thought, signature, text, calls = [] } = turn;
      const made = calls.map(writeCall);
      if (made.includes(undefined)) return undefined;
      const thinking = { type: 'thinking', thinking: thought ?? '', signature: signature ?? signThinking(thought ?? '') };
      return {
        role: 'assistant',
        content: [
          ...(thought ? [thinking] : []),
          ...(text === undefined ? [] : [{ type: 'text', text }]),
          ...(made as JsonObject[]),
        ],
      };
    }
    case 'results': {
      const beside = (turn.beside ?? []).map(writePiece);
      const given = turn.results.map(({ id, pieces }) => {
        const content = pieces.map(writePiece);
        return content.includes(undefined)
          ? undefined
          : { type: 'tool_result', tool_use_id: id, content: content as JsonObject[] };
      });
      const content = [...given, ...beside];
      return content.includes(undefined) ? undefined : { role: 'user', content: content as JsonObject[] };
    }
    default:
      return turn.role === 'system' ? { role: 'system', content: turn.text } : undefined;
  }
}

function writeCall(made: Call): JsonObject | undefined {
  const input = argumentsOf(made);
  return input && { type: 'tool_use', id: made.id, name: made.name, input };
}

function contentOf(role: string, pieces: readonly Piece[]): JsonObject | undefined {
  const [only, ...more] = pieces;
  if (only?.kind === 'text' && !only.mark && more.length === 0) return { role, content: only.text };
  const content = pieces.map(writePiece);
  return content.includes(undefined) ? undefined : { role, content: content as JsonObject[] };
}

function writePiece(piece: Piece): JsonObject | undefined {
  switch (piece.kind) {
    case 'text':
      return { type: 'text', text: piece.text, ...(piece.mark && cacheMark) };
    case 'image':
      return { type: 'image', source: { type: 'base64', media_type: piece.media, data: piece.data } };
    case 'image-url':
      return { type: 'image', source: { type: 'url', url: piece.url } };
    case 'pdf':
      return { type: 'document', title: piece.name, source: { type: 'base64', media_type: 'application/pdf', data: pdf } };
    case 'text-file':
      return {
        type: 'document',
        title: piece.name,
        source: { type: 'text', media_type: 'text/plain', data: 'the sea is salty' },
      };
    case 'audio':
      return undefined;
  }
}
