import { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Message, Part } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';
import { mediaOf } from './media.ts';
import type { ModelFamily } from './model-family.ts';
import { placeSignatures, type SignedPart } from './signatures.ts';

/** The conversation in this API, and the fields that were left out of it. */
export interface Turns {
  readonly contents: JsonObject[];
  readonly systemInstruction?: JsonObject;
  readonly dropped: string[];
}

interface Turn {
  readonly role: 'user' | 'model';
  readonly parts: JsonObject[];
}

/**
 * The conversation: all system text in one place, adjacent turns of one role joined, tool results first in their
 * turn, nothing empty. Throws `unsupported_parameter` for an unsupported part, and `invalid_request` for arguments
 * that are not a JSON object or a result without its call. Both have the client's field name.
 */
export function buildTurns(messages: readonly Message[], family: ModelFamily): Turns {
  const writer = new PartWriter(family);
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const { role: messageRole, content } of messages) {
    const stray = messageRole === 'system' ? content.find(({ type }) => type !== 'text') : undefined;
    if (stray) throw unsupported(stray.field);
    const parts = placeSignatures(
      content.flatMap((part) => writer.write(part)),
      family,
    );
    if (messageRole === 'system' && family.systemInstruction) {
      system.push(...parts);
      continue;
    }
    const role = messageRole === 'assistant' ? 'model' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) turns.push({ role, parts });
  }
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents: turns.map(({ role, parts }) => ({ role, parts: resultsFirst(parts) })),
    dropped: writer.dropped,
  };
}

class PartWriter {
  readonly dropped: string[] = [];
  readonly #family: ModelFamily;
  /** The names of the called functions by call id. */
  readonly #called = new Map<string, string>();

  constructor(family: ModelFamily) {
    this.#family = family;
  }

  /** The parts for this one. None for empty text and for unsigned reasoning. */
  write(part: Part): SignedPart[] {
    switch (part.type) {
      case 'text':
        return part.text === '' ? [] : [{ wire: { text: part.text } }];
      case 'image':
      case 'document':
        return [{ wire: mediaOf(part, this.#family) }];
      case 'tool-call':
        this.#called.set(part.id, part.name);
        return [{ wire: { functionCall: { id: part.id, name: part.name, args: argumentsOf(part.json, part.field) } } }];
      case 'tool-result':
        return this.#result(part);
      case 'reasoning':
        if (part.signature) return [{ wire: { text: part.text, thought: true }, signature: part.signature }];
        this.dropped.push(part.field);
        return [];
      case 'redacted-reasoning':
        this.dropped.push(part.field);
        return [];
      case 'passthrough':
        throw unsupported(part.field);
    }
  }

  /** A result is text. Images and documents in it follow as parts of the turn, which every model accepts. */
  #result({ id, field, content, failed }: Extract<Part, { type: 'tool-result' }>): SignedPart[] {
    const name = this.#called.get(id);
    if (name === undefined) {
      throw new SluiceError('invalid_request', `\`${field}\` is the result of a tool call that is not in the conversation.`, {
        param: field,
      });
    }
    const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    const media = content.flatMap((part) => {
      if (part.type === 'text') return [];
      if (part.type !== 'image' && part.type !== 'document') throw unsupported(part.field);
      return [{ wire: mediaOf(part, this.#family) }];
    });
    return [{ wire: { functionResponse: { id, name, response: { [failed ? 'error' : 'output']: text } } } }, ...media];
  }
}

/** If a provider streams no arguments, clients have `""` and send it back. */
function argumentsOf(json: string, field: string): JsonObject {
  const args = json.trim() === '' ? {} : parseJsonObject(json);
  if (args) return args;
  throw new SluiceError('invalid_request', `\`${field}\` has arguments that are not a JSON object.`, { param: field });
}

function resultsFirst(parts: JsonObject[]): JsonObject[] {
  const isResult = ({ functionResponse }: JsonObject) => functionResponse !== undefined;
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))];
}
