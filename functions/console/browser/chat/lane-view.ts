import type { Run } from '../run/run.ts';
import { button, copyButton } from '../ui/button.ts';
import { element, oncePerFrame } from '../ui/element.ts';
import { dollars, duration } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { AnswerView } from './answer-view.ts';
import { callsOf, type Lane, type Round, type SavedAnswer, type ToolResult, textOf } from './conversation.ts';
import { shownResults, toolResultForm } from './tool-results.ts';

/** The actions on an answer. */
export interface LaneActions {
  retry(): void;
  sendResults(results: readonly ToolResult[]): void;
  inspect(answer: SavedAnswer): void;
  /** The cost in US dollars, if known. */
  costOf(answer: SavedAnswer): number | undefined;
}

/** Shows one lane: answers, tool calls, the end and the measures. */
export class LaneView {
  readonly root: HTMLElement;
  readonly #lane: Lane;
  readonly #actions: LaneActions;
  readonly #body = element('div', { class: 'lane-body' });
  readonly #end = element('div', { class: 'lane-end' });
  #running: { readonly run: Run; readonly view: AnswerView } | undefined;
  readonly redraw: () => void;

  constructor(lane: Lane, actions: LaneActions, onDrawn: () => void) {
    this.redraw = oncePerFrame(() => {
      this.#drawRunning();
      onDrawn();
    });
    this.#lane = lane;
    this.#actions = actions;
    this.root = element(
      'section',
      { class: 'lane', 'aria-label': `Answer of ${lane.model}` },
      element('h3', { class: 'lane-model' }, lane.model),
      this.#body,
      this.#end,
    );
    this.draw();
  }

  /** Shows the stored rounds of the lane. */
  draw(): void {
    this.#running = undefined;
    this.#body.replaceChildren(...this.#lane.rounds.flatMap(roundParts));
    const last = this.#lane.rounds.at(-1);
    this.#end.replaceChildren(...(last ? this.#ending(last) : []));
    this.root.removeAttribute('aria-busy');
  }

  /** Follows a run until `draw` is called. */
  follow(run: Run): void {
    const view = new AnswerView();
    this.#running = { run, view };
    this.#body.append(view.root);
    this.#end.replaceChildren(waiting(this.#lane.model));
    this.root.setAttribute('aria-busy', 'true');
  }

  #drawRunning(): void {
    if (!this.#running) return;
    const { run, view } = this.#running;
    view.update(run.blocks, true);
    if (run.phase === 'streaming') this.#end.replaceChildren(element('span', { class: 'caret' }));
  }

  #ending({ answer, results }: Round): HTMLElement[] {
    const calls = callsOf(answer);
    const isAsking = calls.length > 0 && !results;
    return [
      ...endNotice(answer),
      ...(isAsking ? [toolResultForm(calls, (given) => this.#actions.sendResults(given))] : []),
      element(
        'div',
        { class: 'lane-foot' },
        copyButton('Copy the answer', () => this.#lane.rounds.map((round) => textOf(round.answer)).join('\n\n'), {
          iconOnly: true,
        }),
        button({ label: 'Try again', icon: 'retry', iconOnly: true, class: 'retry', onClick: () => this.#actions.retry() }),
        button({ label: 'Events on the wire', icon: 'inspect', iconOnly: true, onClick: () => this.#actions.inspect(answer) }),
        element(
          'span',
          { class: 'facts' },
          ...answerFacts(answer, this.#actions.costOf(answer)).map((fact) => element('span', {}, fact)),
        ),
      ),
    ];
  }
}

function roundParts({ answer, results = [] }: Round): HTMLElement[] {
  const view = new AnswerView();
  view.update(answer.blocks, false);
  return [view.root, ...shownResults(results)];
}

function waiting(model: string): HTMLElement {
  return element('p', { class: 'waiting' }, element('span', { class: 'dots', 'aria-hidden': 'true' }), `Waiting for ${model}`);
}

/** A notice for any end other than a normal finish. */
function endNotice({ end }: SavedAnswer): HTMLElement[] {
  if (end?.kind === 'failed') {
    return [
      element(
        'div',
        { class: 'notice failed', role: 'alert' },
        icon('warning'),
        element(
          'div',
          {},
          element('b', {}, end.code),
          element('p', {}, end.message),
          element('p', { class: 'aside' }, end.details.join(' · ')),
        ),
      ),
    ];
  }
  if (end?.kind === 'stopped') return [element('div', { class: 'notice' }, 'You stopped this answer.')];
  const unusual = end?.kind === 'finished' && !['stop', 'tool-call'].includes(end.reason) ? finishes[end.reason] : undefined;
  return unusual ? [element('div', { class: 'notice' }, unusual)] : [];
}

const finishes: Readonly<Record<string, string>> = {
  length: 'The answer reached its token limit.',
  'content-filter': "The provider's content filter ended this answer.",
  refusal: 'The model declined.',
};

function answerFacts({ end, firstMs, totalMs, rate, usage, served }: SavedAnswer, usd: number | undefined): string[] {
  const tokens = [usage.input !== undefined && `${usage.input} in`, usage.output !== undefined && `${usage.output} out`].filter(
    Boolean,
  );
  return [
    served.provider && served.provider,
    firstMs !== undefined && `first token ${duration(firstMs)}`,
    rate,
    tokens.length > 0 && tokens.join(', '),
    usd !== undefined && dollars(usd),
    end && `total ${duration(totalMs)}`,
  ].filter((fact) => typeof fact === 'string');
}
