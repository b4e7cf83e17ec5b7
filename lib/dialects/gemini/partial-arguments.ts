import { SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';
import { strictText } from '../strict-fields.ts';

type Step = string | number;

/** An open object or list. */
interface Container {
  readonly list: boolean;
  readonly written: Set<Step>;
}

const maxDepth = 64;

/**
 * The arguments of a streamed call as JSON text. Each piece has the path of one value (`$.recipe.steps[0]`), and a
 * string may arrive in several pieces. Gemini sends the arguments in order. A piece that returns to a closed value
 * throws `upstream_protocol_error`.
 */
export class PartialArguments {
  /** The open containers, outermost first. Each except the first was entered with the path step before it. */
  readonly #open: Container[] = [];
  #path: Step[] = [];
  /** True while the value at the path is a string that may continue. */
  #inText = false;

  /** Returns the text that this piece adds. */
  write(piece: JsonObject): string {
    const path = stepsOf(strictText(piece, 'jsonPath'));
    if (typeof piece.stringValue === 'string') {
      const text = JSON.stringify(piece.stringValue).slice(1, -1);
      if (this.#inText && isSame(path, this.#path)) return text;
      const before = this.#goTo(path);
      this.#inText = true;
      return `${before}"${text}`;
    }
    const value = piece.numberValue ?? piece.boolValue ?? (piece.nullValue === undefined ? undefined : null);
    return value === undefined ? '' : this.#goTo(path) + JSON.stringify(value);
  }

  /** The text that closes everything that is open. Empty if no piece has arrived. */
  end(): string {
    return this.#endText() + this.#closeTo(0);
  }

  /** The text between the last value and the one at this path. */
  #goTo(path: Step[]): string {
    const last = path.length - 1;
    let common = 0;
    while (common < last && common < this.#path.length - 1 && path[common] === this.#path[common]) common++;
    let json = this.#endText() + this.#closeTo(common + 1);
    path.slice(common).forEach((step, offset) => {
      json += this.#member(common + offset, step);
    });
    this.#path = path;
    return json;
  }

  /** Starts a member of the container at this depth, and opens the container if needed. */
  #member(depth: number, step: Step): string {
    const list = typeof step === 'number';
    const open = this.#open[depth];
    const container = open ?? { list, written: new Set() };
    const { written } = container;
    if (container.list !== list || written.has(step) || (list && step !== written.size)) {
      throw protocolError('in an order that does not form valid JSON');
    }
    if (!open) this.#open.push(container);
    const before = open ? ',' : list ? '[' : '{';
    written.add(step);
    return list ? before : `${before}${JSON.stringify(step)}:`;
  }

  #endText(): string {
    const end = this.#inText ? '"' : '';
    this.#inText = false;
    return end;
  }

  /** Closes all containers except the outermost `depth`. */
  #closeTo(depth: number): string {
    const closed = this.#open.splice(depth).toReversed();
    return closed.map(({ list }) => (list ? ']' : '}')).join('');
  }
}

/** `.name`, `[0]`, `['a name']` or `["a name"]`. */
const stepPattern = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  stepPattern.lastIndex = 1;
  while (path.startsWith('$') && stepPattern.lastIndex < path.length) {
    const [whole, name, index, single, double] = stepPattern.exec(path) ?? [];
    if (whole === undefined) break;
    steps.push(index === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index));
  }
  if (stepPattern.lastIndex < path.length || steps.length > maxDepth || typeof steps[0] !== 'string') {
    throw protocolError('at an invalid path');
  }
  return steps;
}

function isSame(path: readonly Step[], other: readonly Step[]): boolean {
  return path.length === other.length && path.every((step, index) => step === other[index]);
}

function protocolError(where: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider sent tool call arguments ${where}.`);
}
