import { isObject, type JsonObject } from '../../stream/json.ts';
import { strictIndex, strictObject, strictText } from '../strict-fields.ts';

/** One piece of a tool call, as the wire has it, and which call of the answer it belongs to. */
export interface ToolPiece {
  readonly slot: number;
  /** It says nothing that is not known. */
  readonly empty: boolean;
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

interface Slot {
  readonly slot: number;
  id: string;
  name: string;
  /** The arguments so far; kept only where no index tells the calls apart. */
  json: string;
}

/**
 * Tells to which call a piece belongs. OpenAI's `index` decides, from wherever it counts (Anthropic's endpoint begins
 * at 1 after text). Without one (Mistral in 2024, Ollama) a known id does, or else the order: a new id is the next
 * call; no id is more of the last one, unless it names a function after the last one is whole. A named piece under a
 * used index with another id is the next call too, since some gateways number all of them 0.
 */
export class ToolSlots {
  #count = 0;
  readonly #byIndex = new Map<number, Slot>();
  readonly #withoutIndex: Slot[] = [];

  get count(): number {
    return this.#count;
  }

  read(call: JsonObject): ToolPiece {
    const index = strictIndex(call, 'index');
    const id = strictText(call, 'id');
    const called = strictObject(call, 'function') ?? {};
    const name = strictText(called, 'name');
    // Ollama's native form, which some gateways pass on, has the arguments as an object.
    const json = isObject(called.arguments) ? JSON.stringify(called.arguments) : strictText(called, 'arguments');

    const slot = index === undefined ? this.#slotByOrder(id, name) : this.#slotByIndex(index, id, name);
    const empty = json === '' && (id === '' || slot.id !== '') && (name === '' || slot.name === name);
    slot.id ||= id;
    slot.name ||= name;
    if (index === undefined) slot.json += json;
    return { slot: slot.slot, empty, id, name, json };
  }

  #slotByIndex(index: number, id: string, name: string): Slot {
    const found = this.#byIndex.get(index);
    const another = found && id !== '' && found.id !== '' && found.id !== id && name !== '';
    if (found && !another) return found;
    const slot = this.#next();
    this.#byIndex.set(index, slot);
    return slot;
  }

  #slotByOrder(id: string, name: string): Slot {
    const last = this.#withoutIndex.at(-1);
    const found = id === '' ? last : this.#withoutIndex.find((slot) => slot.id === id);
    const another = found && id === '' && name !== '' && isWhole(found.json);
    if (found && !another) return found;
    const slot = this.#next();
    this.#withoutIndex.push(slot);
    return slot;
  }

  #next(): Slot {
    return { slot: this.#count++, id: '', name: '', json: '' };
  }
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
