import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';

/** Numbers the events of one stream from 0. */
export class Sequence {
  #next = 0;

  event(type: string, members: JsonObject): Frame {
    return this.written(type, JSON.stringify(members).slice(1));
  }

  /** The same for members that are already serialized: everything after the opening brace. */
  written(type: string, members: string): Frame {
    return { event: type, data: `{"type":"${type}","sequence_number":${this.#next++},${members}` };
  }
}
