import { GrowingJson } from '../../stream/growing-json.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import { strictIndex, strictObject, strictText } from '../strict-fields.ts';

/** One piece of a tool call as received, and the call that it belongs to. */
export interface ToolPiece {
  readonly slot: number;
  /** The piece contains nothing new. */
  readonly empty: boolean;
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

interface Slot {
  readonly slot: number;
  id: string;
  name: string;
  /** The arguments so far. Only kept if no index identifies the calls. */
  readonly json: GrowingJson;
}

/**
 * Assigns each piece to a call. OpenAI's `index` decides, whatever it starts from (Anthropic's endpoint starts at 1
 * after text). Without an index (Mistral in 2024, Ollama), a known id decides, otherwise the order: a new id starts
 * the next call, and no id continues the last one, unless it names a function after the last one is complete. A named
 * piece with a used index and a new id also starts the next call, because some gateways number all calls 0.
 */
export class ToolSlots {
  #count = 0;
  readonly #byIndex = new Map<number, Slot>();
  readonly #byId = new Map<string, Slot>();
  #last: Slot | undefined;

  get count(): number {
    return this.#count;
  }

  read(call: JsonObject): ToolPiece {
    const index = strictIndex(call, 'index');
    const id = strictText(call, 'id');
    // The call of a custom tool has text instead of arguments.
    const custom = strictObject(call, 'custom');
    const called = custom ? { ...custom, arguments: custom.input } : (strictObject(call, 'function') ?? {});
    const name = strictText(called, 'name');
    // Ollama's native format, which some gateways pass on, has the arguments as an object.
    const json = isObject(called.arguments) ? JSON.stringify(called.arguments) : strictText(called, 'arguments');

    const slot = index === undefined ? this.#slotByOrder(id, name) : this.#slotByIndex(index, id, name);
    const empty = json === '' && (id === '' || slot.id !== '') && (name === '' || slot.name === name);
    slot.id ||= id;
    slot.name ||= name;
    if (index === undefined) slot.json.add(json);
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
    const found = id === '' ? this.#last : this.#byId.get(id);
    const another = found && id === '' && name !== '' && found.json.isWhole();
    if (found && !another) return found;
    this.#last = this.#next();
    if (id !== '') this.#byId.set(id, this.#last);
    return this.#last;
  }

  #next(): Slot {
    return { slot: this.#count++, id: '', name: '', json: new GrowingJson() };
  }
}
