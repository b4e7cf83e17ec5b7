import { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Message, Part } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { mediaOf, soundOf } from './media.ts';
import { placeSignatures, type SignedPart } from './signatures.ts';

/** The conversation as the wire has it. */
export interface Turns {
  readonly contents: JsonObject[];
  readonly systemInstruction?: JsonObject;
}

/**
 * The conversation, with what the system says in one place. Throws `unsupported_parameter` for a part that can't be
 * said, and `invalid_request` for a result without its call; both name the client's field.
 */
export function buildTurns(messages: readonly Message[]): Turns {
  const names = namesOfCalls(messages);
  const system: JsonObject[] = [];
  const contents: JsonObject[] = [];
  for (const { role, content } of messages) {
    const stray = role === 'system' ? content.find(({ type }) => type !== 'text') : undefined;
    if (stray) throw unsupported(stray.field);
    const parts = placeSignatures(content.flatMap((part) => write(part, names)));
    if (role === 'system') system.push(...parts);
    else if (parts.length > 0) contents.push({ role: role === 'assistant' ? 'model' : 'user', parts: resultsFirst(parts) });
  }
  return { ...(system.length > 0 && { systemInstruction: { parts: system } }), contents };
}

/** The names of the functions that were called, by the ids of the calls. */
function namesOfCalls(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ content }) => content.filter((part) => part.type === 'tool-call'));
  return new Map(calls.map(({ id, name }) => [id, name]));
}

function write(part: Part, names: ReadonlyMap<string, string>): SignedPart[] {
  switch (part.type) {
    case 'text':
      return [{ wire: { text: part.text } }];
    case 'image':
    case 'document':
      return [{ wire: mediaOf(part) }];
    case 'tool-call':
      return [{ wire: { functionCall: { id: part.id, name: part.name, args: parseJsonObject(part.json) ?? {} } } }];
    case 'tool-result':
      return writeResult(part, names);
    case 'reasoning':
      if (part.signature === undefined) return [{ wire: { text: part.text, thought: true } }];
      return [{ wire: { text: part.text, thought: true }, signature: part.signature }];
    case 'redacted-reasoning':
      return [];
    case 'passthrough':
      return [{ wire: soundOf(part.value) ?? refuse(part.field) }];
  }
}

function refuse(field: string): never {
  throw unsupported(field);
}

/** A result is text; images and documents in it follow as parts of the turn, which models of every age take. */
function writeResult(part: Extract<Part, { type: 'tool-result' }>, names: ReadonlyMap<string, string>): SignedPart[] {
  const { id, field, content, failed } = part;
  const name = names.get(id);
  if (name === undefined) {
    throw new SluiceError('invalid_request', `\`${field}\` is the result of a tool call that the conversation does not have.`, {
      param: field,
    });
  }
  const text = content.flatMap((inner) => (inner.type === 'text' ? [inner.text] : [])).join('\n');
  const media = content.flatMap((inner) => {
    if (inner.type === 'text') return [];
    if (inner.type !== 'image' && inner.type !== 'document') throw unsupported(inner.field);
    return [{ wire: mediaOf(inner) }];
  });
  return [{ wire: { functionResponse: { id, name, response: { [failed ? 'error' : 'output']: text } } } }, ...media];
}

function resultsFirst(parts: JsonObject[]): JsonObject[] {
  const isResult = ({ functionResponse }: JsonObject) => functionResponse !== undefined;
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}
