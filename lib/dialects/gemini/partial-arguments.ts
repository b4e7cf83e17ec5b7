import { SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';
import { strictText } from '../strict-fields.ts';

type Step = string | number;

/** An object or a list that is being written. */
interface Container {
  readonly list: boolean;
  readonly written: Set<Step>;
}

const maxDepth = 64;

/**
 * The arguments of a streamed call as JSON text, written as the pieces come: each has the path of one value
 * (`$.recipe.steps[0]`), and text may come in several pieces. Gemini goes through the arguments from front to back;
 * a piece that goes back to what has been closed throws `upstream_protocol_error`.
 */
export class PartialArguments {
  /** From the outermost in; each but the first was entered by the path's step before it. */
  readonly #open: Container[] = [];
  #path: Step[] = [];
  /** The value at the path is text, which may go on. */
  #inText = false;

  /** What this piece adds. */
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

  /** What closes everything that is open; nothing where no piece has come. */
  end(): string {
    return this.#endText() + this.#closeTo(0);
  }

  /** All between the last value and the one at this path. */
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

  /** The start of a member of the container at this depth, which is opened where there is none. */
  #member(depth: number, step: Step): string {
    const list = typeof step === 'number';
    const open = this.#open[depth];
    const container = open ?? { list, written: new Set() };
    const { written } = container;
    if (container.list !== list || written.has(step) || (list && step !== written.size)) {
      throw protocolError('in an order that makes no JSON');
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

  /** Closes all but the outermost `depth` containers. */
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
    throw protocolError('at a path that cannot be read');
  }
  return steps;
}

function isSame(path: readonly Step[], other: readonly Step[]): boolean {
  return path.length === other.length && path.every((step, index) => step === other[index]);
}

function protocolError(where: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider sent arguments of a tool call ${where}.`);
}
