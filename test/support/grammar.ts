import type { Block, StreamEvent } from '../../lib/stream/events.ts';

type DeltaType = Extract<StreamEvent, { type: `${string}-delta` }>['type'];

/** The deltas that each kind of block takes; redacted reasoning and images come whole. */
const deltasOf: Record<Block['kind'], readonly DeltaType[]> = {
  text: ['text-delta', 'citation-delta'],
  reasoning: ['reasoning-delta', 'signature-delta'],
  'redacted-reasoning': [],
  tool: ['tool-delta'],
  image: [],
  provider: ['provider-delta'],
};

/**
 * What these events, taken as one whole stream, break of the grammar in `lib/stream/events.ts`; each as
 * `rule: event number, what happened`. Empty for a good stream.
 *
 * An `error` cuts. It may be inside a block, or before `start` if the provider sent nothing at all.
 */
export function grammarViolations(events: readonly StreamEvent[]): string[] {
  const violations: string[] = [];
  let started = false;
  let ended = false;
  let blocks = 0;
  let open: { index: number; block: Block; deltas: number } | undefined;

  events.forEach((event, position) => {
    const broken = (rule: string, what: string) => violations.push(`${rule}: event ${position}, ${what}`);
    if (ended) broken('terminal-last', `${event.type} after the end`);
    if (event.type === 'start') {
      if (started) broken('start-once', 'a second start');
      started = true;
    } else if (!started && event.type !== 'error') {
      broken('start-first', `${event.type} before start`);
      started = true;
    }

    switch (event.type) {
      case 'start':
      case 'extra':
        break;
      case 'error':
        ended = true;
        break;
      case 'finish':
        if (open) broken('blocks-closed', `finish while block ${open.index} is open`);
        ended = true;
        break;
      case 'block-start':
        if (open) broken('no-overlap', `block ${event.index} opens while block ${open.index} is open`);
        if (event.index !== blocks) broken('dense-indices', `block ${event.index} where ${blocks} comes next`);
        if (event.block.kind === 'tool' && !(event.block.id && event.block.name)) broken('tool-named', 'no id or no name');
        blocks = event.index + 1;
        open = { index: event.index, block: event.block, deltas: 0 };
        break;
      case 'block-end':
        if (open?.index !== event.index) broken('inside-block', `the end of block ${event.index}, which is not open`);
        if (open?.block.kind === 'tool' && open.deltas === 0) broken('tool-arguments', 'a tool call without a tool-delta');
        open = undefined;
        break;
      default:
        if (open?.index !== event.index) broken('inside-block', `${event.type} of block ${event.index}, which is not open`);
        else if (!deltasOf[open.block.kind].includes(event.type)) {
          broken('delta-fits-block', `${event.type} in a ${open.block.kind} block`);
        }
        if (open) open.deltas++;
    }
  });

  if (!ended) violations.push('terminal-present: the stream has no finish and no error');
  return violations;
}
