import { Run, type RunRequest } from '../run/run.ts';
import { element, oncePerFrame } from '../ui/element.ts';
import { EndFollower } from '../ui/end-follower.ts';
import { PlainBlocks } from './blocks.ts';
import { drawGaps } from './gap-chart.ts';
import { RawPane } from './raw-pane.ts';
import { RunFacts } from './run-facts.ts';
import { SilenceMeter } from './silence.ts';

/** Shows one stream: its measures, its gaps, its end, the answer and every event. */
export class RunPanel {
  readonly root: HTMLElement;
  readonly #facts = new RunFacts();
  readonly #canvas = element('canvas', { class: 'gap-chart', role: 'img', 'aria-label': 'Gaps between pieces' });
  readonly #silence = new SilenceMeter();
  /** A screen reader announces this, so it holds only the end. */
  readonly #status = element('p', { class: 'status', role: 'status' });
  readonly #blocks = new PlainBlocks();
  readonly #end = new EndFollower(this.#blocks.root);
  readonly #raw = new RawPane();
  #run: Run | undefined;

  constructor() {
    this.root = element(
      'section',
      { class: 'run-panel', 'aria-label': 'Stream' },
      this.#facts.root,
      element('div', { class: 'gap-row' }, this.#canvas, this.#silence.root),
      this.#status,
      element(
        'div',
        { class: 'panes' },
        element('section', { class: 'pane' }, element('h3', {}, 'Answer'), this.#blocks.root),
        element('section', { class: 'pane' }, element('h3', {}, 'On the wire'), this.#raw.root),
      ),
    );
  }

  get isRunning(): boolean {
    return this.#run !== undefined && this.#run.end === undefined;
  }

  /** Sends a request and shows its answer until the end. Throws if one is running. */
  async run(request: RunRequest): Promise<Run> {
    if (this.isRunning) throw new Error('A stream is running.');
    this.#blocks.clear();
    this.#end.jump();
    this.#raw.clear();
    this.#status.textContent = '';
    this.#status.className = 'status';
    const run = new Run(request, {
      onRaw: (raw) => {
        this.#raw.add(raw);
        redraw();
      },
      onEvent: (event) => {
        if (event.type === 'reconnected') this.#raw.mark('Reconnected. The answer continues after the last event.');
        else this.#blocks.take(event);
      },
    });
    const draw = () => {
      this.#raw.flush();
      this.#end.follow();
      this.#facts.show(run);
      drawGaps(this.#canvas, run.measures);
    };
    const redraw = oncePerFrame(draw);
    this.#run = run;
    this.#silence.follow(run);
    draw();
    await run.done;
    this.#silence.stop();
    this.#showEnd(run);
    draw();
    return run;
  }

  stop(): void {
    this.#run?.stop();
  }

  drop(): void {
    this.#run?.drop();
  }

  #showEnd({ end }: Run): void {
    if (!end) return;
    this.#status.className = `status ${end.kind}`;
    if (end.kind === 'failed') this.#status.textContent = [end.message, ...end.details].join(' · ');
    else if (end.kind === 'finished') this.#status.textContent = `Finished, ${end.reason} (${end.rawReason}).`;
    else if (end.kind === 'stopped') this.#status.textContent = 'Stopped by you.';
    else this.#status.textContent = 'You dropped the connection. What came until then stays.';
  }
}
