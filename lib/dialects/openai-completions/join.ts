import type { Events, StreamEvent, Usage } from '../../stream/events.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { otherChoice, otherChoiceIn } from '../openai/passthrough.ts';

type Finish = Extract<StreamEvent, { type: 'finish' }>;

/**
 * Joins the answers to several prompts into the choices of one answer, prompt after prompt, with `n` choices each.
 * Usage is the sum. A count that one of them lacks is unknown.
 */
export async function* join(answers: readonly Events[], { parameters }: ModelRequest): AsyncGenerator<StreamEvent> {
  const { choices = 1 } = parameters;
  let first: Finish | undefined;
  let usage: Usage | undefined;
  for (const [position, answer] of answers.entries()) {
    for await (const event of answer) {
      if (event.type === 'finish') usage = usage ? sum(usage, event.usage) : event.usage;
      // The end of the first answer is used as the end of the joined one.
      if (position === 0 && event.type === 'finish') first = event;
      else yield position === 0 ? event : placed(event, position * choices);
    }
  }
  if (!first || !usage) return;
  const { usage: _, ...passthrough } = first.passthrough ?? {};
  yield { type: 'finish', reason: first.reason, rawReason: first.rawReason, usage, ...(first.passthrough && { passthrough }) };
}

/** An event of a later prompt, whose first choice has this index. */
function placed(event: StreamEvent, index: number): StreamEvent {
  const other = otherChoiceIn(event);
  return other ? otherChoice(index + other.choice, other.event) : otherChoice(index, event);
}

function sum(first: Usage, second: Usage): Usage {
  const names = (Object.keys(first) as (keyof Usage)[]).filter((name) => second[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, (first[name] ?? 0) + (second[name] ?? 0)]));
}
