import type { Json, JsonObject } from '../../lib/stream/json.ts';

/** A JSON schema with one text. */
export const pathSchema = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] };

/** The same tool in each dialect. */
export function chatTool(name = 'read_file', parameters: JsonObject = pathSchema, more: JsonObject = {}): JsonObject {
  return { type: 'function', function: { name, description: 'Reads a file', parameters, ...more } };
}

export function responsesTool(name = 'read_file', parameters: JsonObject = pathSchema): JsonObject {
  return { type: 'function', name, description: 'Reads a file', parameters, strict: false };
}

export function messagesTool(name = 'read_file', schema: JsonObject = pathSchema, more: JsonObject = {}): JsonObject {
  return { name, description: 'Reads a file', input_schema: schema, ...more };
}

export const user = (content: Json): JsonObject => ({ role: 'user', content });
export const assistant = (content: Json, more: JsonObject = {}): JsonObject => ({ role: 'assistant', content, ...more });
export const system = (content: Json): JsonObject => ({ role: 'system', content });

/** A call and its result as chat completions have them. */
export function chatCall(id: string, args = '{"path":"notes.txt"}'): JsonObject {
  return { id, type: 'function', function: { name: 'read_file', arguments: args } };
}

export const chatResult = (id: string, content: Json = 'Buy milk.', more: JsonObject = {}): JsonObject => ({
  role: 'tool',
  tool_call_id: id,
  content,
  ...more,
});

/** A call and its result as Messages have them. */
export const toolUse = (id: string, input: Json = { path: 'notes.txt' }): JsonObject => ({
  type: 'tool_use',
  id,
  name: 'read_file',
  input,
});
export const toolResult = (id: string, content: Json = 'Buy milk.'): JsonObject => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
});
export const text = (said: string, more: JsonObject = {}): JsonObject => ({ type: 'text', text: said, ...more });

/** A conversation that begins in each dialect. */
export const chat = (more: JsonObject = {}): JsonObject => ({ messages: [user('Hello there')], ...more });
export const messages = (more: JsonObject = {}): JsonObject => ({ max_tokens: 900, messages: [user('Hello there')], ...more });
export const responses = (more: JsonObject = {}): JsonObject => ({ input: 'Hello there', ...more });

export const cacheMark = { cache_control: { type: 'ephemeral' } };

/** The smallest PNG, one pixel, and the beginning of a PDF and of a sound. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const jpeg =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z';
export const pdf = Buffer.from('%PDF-1.4 tiny').toString('base64');
export const wav = Buffer.from('RIFF$\0\0\0WAVEfmt ').toString('base64');
