import { batchOf } from '../stream/batch.ts';
import { errorKinds, SluiceError, toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent, Usage } from '../stream/events.ts';
import type { Message, ModelRequest } from '../stream/request.ts';
import type { UpstreamAttempt } from './attempts.ts';
import { type Stitch, stitchPrefilled, stitchRepeated } from './stitch.ts';

/** A target that can continue a broken answer. */
export interface Successor {
  /** The model is declared to continue its own turn at the end of a request. */
  readonly prefill: boolean;
  /** Sends this request once. */
  attempt(request: ModelRequest): UpstreamAttempt;
}

/** How much of the end of the delivered text the model has to repeat. */
const repeatedCharacters = 60;

/**
 * The same events. When a plain-text answer breaks off after content, the successor continues it, and its text is added
 * only where it provably follows what was delivered. Otherwise the original failure stands, as it does for answers with
 * tools, JSON or visible reasoning. One hop. A successor that refuses the prefill gets the request once more with a
 * user turn. The usage of both answers is added up as far as it is known. `onStitched` is called then, because the sum
 * is an estimate.
 */
export async function* withContinuation(
  events: Events,
  request: ModelRequest,
  successor: () => Successor | undefined,
  onStitched: () => void,
): AsyncGenerator<readonly StreamEvent[]> {
  const delivered = new Delivered();
  try {
    for await (const batch of events) {
      for (const event of batch) delivered.take(event);
      yield batch;
    }
  } catch (thrown) {
    const error = toSluiceError(thrown);
    const next = canContinue(error, request, delivered) ? successor() : undefined;
    if (!next) throw error;
    yield* continued(delivered, next, request, error, onStitched);
  }
}

export interface LostAnswer {
  /** What the client received of it. */
  readonly events: readonly StreamEvent[];
  /** The answer from its beginning, by the usual policy. */
  fromStart(): Events;
  /** Called when the answer continues. */
  onContinued(): void;
}

/**
 * The rest of an answer whose process died, after what was received of it. Nothing is delivered before the successor's text
 * provably follows, so that any failure until then starts the answer again.
 */
export async function* withLost(
  { events, fromStart, onContinued }: LostAnswer,
  request: ModelRequest,
  successor: () => Successor | undefined,
  onStitched: () => void,
): AsyncGenerator<readonly StreamEvent[]> {
  const continued = withContinuation(brokenOff(events), request, successor, onStitched);
  const held: StreamEvent[] = [];
  try {
    while (held.length <= events.length) {
      const { value, done } = await continued.next();
      if (done) break;
      held.push(...value);
    }
  } catch {
    for await (const batch of fromStart()) yield batch;
    return;
  }
  onContinued();
  yield held;
  yield* continued;
}

async function* brokenOff(events: readonly StreamEvent[]): Events {
  yield events;
  throw new SluiceError('upstream_cut', 'The process that produced the first part of this answer died.');
}

/** What the client has received so far. */
class Delivered {
  text = '';
  /** The index of the open text block; `undefined` between blocks. */
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
  const plainRequest = !parameters.tools?.length && !parameters.responseFormat && !parameters.choices && !parameters.logprobs;
  return plainRequest && plain && text !== '' && errorKinds[error.kind].faultSource === 'upstream';
}

/** The forms of the request to continue. A prefill if the model is declared to accept one, then a user turn. */
interface Form {
  readonly appended: Message[];
  readonly stitch: Stitch;
}

async function* continued(
  delivered: Delivered,
  successor: Successor,
  request: ModelRequest,
  original: SluiceError,
  onStitched: () => void,
): AsyncGenerator<StreamEvent[]> {
  const { text } = delivered;
  const forms: Form[] = [{ appended: userTurn(text), stitch: stitchRepeated(text) }];
  if (successor.prefill) forms.unshift({ appended: prefill(text), stitch: stitchPrefilled(text) });
  for (const form of forms) {
    let usage: Usage = {};

    function* stitched(batch: readonly StreamEvent[], attempt: UpstreamAttempt): Generator<StreamEvent> {
      for (const event of batch) {
        if (event.type === 'start') usage = event.usage ?? {};
        else if (event.type === 'text-delta') {
          const fresh = form.stitch.take(event.text);
          if (fresh !== '') attempt.serve();
          yield* write(fresh, delivered);
        } else if (event.type === 'finish') {
          const rest = form.stitch.end();
          attempt.serve();
          yield* write(rest, delivered);
          if (delivered.block !== undefined) yield { type: 'block-end', index: delivered.block };
          onStitched();
          yield {
            type: 'finish',
            reason: event.reason,
            rawReason: event.rawReason,
            usage: merged(delivered, text, { ...usage, ...event.usage }),
          };
        } else if (event.type === 'block-start' && event.block.kind !== 'text') throw original;
      }
    }

    try {
      const attempt = successor.attempt({
        ...request,
        messages: [...request.messages, ...form.appended],
        appended: form.appended,
      });
      for await (const batch of attempt.events) for (const events of batchOf(stitched(batch, attempt))) yield events;
      return;
    } catch (thrown) {
      // The client needs to know why the answer broke off, not why it could not be continued.
      if (!refusesPrefill(thrown)) throw original;
    }
  }
  throw original;
}

/** Claude from 4.6 on and many chat servers answer 400 to a request that ends with the assistant's turn. */
function refusesPrefill(thrown: unknown): boolean {
  const { kind } = toSluiceError(thrown);
  return kind === 'invalid_request' || kind === 'unsupported_parameter';
}

function* write(text: string, delivered: Delivered): Generator<StreamEvent> {
  if (text === '') return;
  if (delivered.block === undefined) {
    delivered.block = delivered.blocks++;
    yield { type: 'block-start', index: delivered.block, block: { kind: 'text' } };
  }
  yield { type: 'text-delta', index: delivered.block, text };
}

/** Providers refuse a prefill that ends in white space. The stitch restores it. */
function prefill(text: string): Message[] {
  return [{ role: 'assistant', content: [{ type: 'text', text: text.trimEnd(), field: 'messages' }] }];
}

function userTurn(text: string): Message[] {
  const tail = JSON.stringify(text.slice(-repeatedCharacters));
  const instruction =
    `Your answer was cut off. Continue it: first repeat these last characters of it exactly, ${tail}, ` +
    'then go straight on from there. Write nothing else before or around it.';
  return [...prefill(text), { role: 'user', content: [{ type: 'text', text: instruction, field: 'messages' }] }];
}

/** About four characters make a token. The first provider didn't report how many it had made. */
function merged({ usage: { input = 0 } }: Delivered, text: string, second: Usage): Usage {
  return {
    ...second,
    ...(second.input !== undefined && { input: second.input + input }),
    ...(second.output !== undefined && { output: second.output + Math.ceil(text.length / 4) }),
  };
}
