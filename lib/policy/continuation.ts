import { errorKinds, type SluiceError, toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent, Usage } from '../stream/events.ts';
import type { Message, ModelRequest } from '../stream/request.ts';
import { type Stitch, startStitch } from './stitch.ts';

/** Somewhere that can take up an answer which broke off. */
export interface Successor {
  /** The model takes up its own turn where the request leaves it. */
  readonly prefill: boolean;
  /** Sends this request once. */
  attempt(request: ModelRequest): AsyncGenerator<StreamEvent>;
}

/** How much of the end of what was delivered the model is asked to repeat. */
const repeatedCharacters = 60;

/**
 * The same events; but when a plain-text answer breaks off after content, the successor carries on in its place, and
 * its text is spliced only where it provably continues or repeats what was delivered. Otherwise, and for answers with
 * tools, JSON or visible reasoning, the original failure stands. One hop. The usage of both is added up, as far as it
 * is known; `onSplice` is called when that happens, because it is an estimate then.
 */
export async function* withContinuation(
  events: Events,
  request: ModelRequest,
  successor: () => Successor | undefined,
  onSplice: () => void,
): AsyncGenerator<StreamEvent> {
  const delivered = new Delivered();
  try {
    for await (const event of events) {
      delivered.take(event);
      yield event;
    }
  } catch (thrown) {
    const error = toSluiceError(thrown);
    const next = canContinue(error, request, delivered) ? successor() : undefined;
    if (!next) throw error;
    yield* splice(delivered, next, request, error, onSplice);
  }
}

/** What the caller has been given so far. */
class Delivered {
  text = '';
  /** The index of the text block that is open; `undefined` between blocks. */
  block: number | undefined;
  blocks = 0;
  plain = true;
  usage: Usage = {};

  take(event: StreamEvent): void {
    if (event.type === 'start') this.usage = event.usage ?? {};
    else if (event.type === 'block-start') {
      this.plain &&= event.block.kind === 'text' && !event.block.refusal;
      this.block = event.index;
      this.blocks = event.index + 1;
    } else if (event.type === 'block-end') this.block = undefined;
    else if (event.type === 'text-delta') this.text += event.text;
  }
}

function canContinue(error: SluiceError, { parameters }: ModelRequest, { plain, text }: Delivered): boolean {
  const plainQuestion = !parameters.tools?.length && !parameters.responseFormat && !parameters.choices && !parameters.logprobs;
  return plainQuestion && plain && text !== '' && errorKinds[error.kind].faultSource === 'upstream';
}

async function* splice(
  delivered: Delivered,
  successor: Successor,
  request: ModelRequest,
  original: SluiceError,
  onSplice: () => void,
): AsyncGenerator<StreamEvent> {
  const stitch = startStitch(delivered.text, successor.prefill);
  const appended = successor.prefill ? prefill(delivered.text) : userTurn(delivered.text);
  let usage: Usage = {};
  try {
    for await (const event of successor.attempt({ ...request, messages: [...request.messages, ...appended], appended })) {
      if (event.type === 'start') usage = event.usage ?? {};
      else if (event.type === 'text-delta') yield* write(stitch.take(event.text), delivered);
      else if (event.type === 'finish') {
        yield* write(stitch.end(), delivered);
        if (delivered.block !== undefined) yield { type: 'block-end', index: delivered.block };
        onSplice();
        yield {
          type: 'finish',
          reason: event.reason,
          rawReason: event.rawReason,
          usage: merged(delivered, { ...usage, ...event.usage }),
        };
      } else if (event.type === 'block-start' && event.block.kind !== 'text') throw original;
    }
  } catch {
    // Whatever became of the attempt to go on, what the caller should know is why the answer broke off.
    throw original;
  }
}

function* write(text: ReturnType<Stitch['take']>, delivered: Delivered): Generator<StreamEvent> {
  if (text === '') return;
  if (delivered.block === undefined) {
    delivered.block = delivered.blocks++;
    yield { type: 'block-start', index: delivered.block, block: { kind: 'text' } };
  }
  yield { type: 'text-delta', index: delivered.block, text };
}

/** Providers refuse a prefill that ends in white space; the seam puts it back. */
function prefill(text: string): Message[] {
  return [{ role: 'assistant', content: [{ type: 'text', text: text.trimEnd(), field: 'messages' }] }];
}

function userTurn(text: string): Message[] {
  const tail = JSON.stringify(text.slice(-repeatedCharacters));
  const instruction =
    `Your answer was cut off. Continue it: first repeat these last characters of it exactly, ${tail}, ` +
    'then go straight on from there. Write nothing else before or around it.';
  return [
    { role: 'assistant', content: [{ type: 'text', text: text.trimEnd(), field: 'messages' }] },
    { role: 'user', content: [{ type: 'text', text: instruction, field: 'messages' }] },
  ];
}

/** About four characters make a token: the first provider did not say how many it had made. */
function merged(delivered: Delivered, second: Usage): Usage {
  const first = { input: delivered.usage.input, output: Math.ceil(delivered.text.length / 4) };
  return {
    ...second,
    ...(second.input !== undefined && { input: second.input + (first.input ?? 0) }),
    ...(second.output !== undefined && { output: second.output + first.output }),
  };
}
