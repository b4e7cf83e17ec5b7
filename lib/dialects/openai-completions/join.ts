import type { Events, StreamEvent, Usage } from '../../stream/events.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { otherChoice, otherChoiceIn } from '../openai/passthrough.ts';

type Finish = Extract<StreamEvent, { type: 'finish' }>;

/**
 * Joins the answers to several prompts into the choices of one answer, prompt after prompt, with `n` choices each.
 * Usage is the sum. A count that one of them lacks is unknown.
 */
export async function* join(answers: readonly Events[], { parameters }: ModelRequest): AsyncGenerator<StreamEvent[]> {
  const { choices = 1 } = parameters;
  let first: Finish | undefined;
  let usage: Usage | undefined;
  for (const [position, answer] of answers.entries()) {
    for await (const batch of answer) {
      const finish = batch.find((event) => event.type === 'finish');
      if (finish) usage = usage ? sum(usage, finish.usage) : finish.usage;
      if (position > 0) {
        yield batch.map((event) => placed(event, position * choices));
        continue;
      }
      // The end of the first answer is used as the end of the joined one.
      first = finish ?? first;
      const rest = batch.filter((event) => event !== finish);
      if (rest.length > 0) yield rest;
    }
  }
  if (!first || !usage) return;
  const { usage: _, ...passthrough } = first.passthrough ?? {};
  const { reason, rawReason } = first;
  yield [{ type: 'finish', reason, rawReason, usage, ...(first.passthrough && { passthrough }) }];
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
