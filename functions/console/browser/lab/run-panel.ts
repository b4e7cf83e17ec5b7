import type { RawEvent } from '../../../../lib/client/index.ts';
import { canResume } from '../run/resume.ts';
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
  #events: RawEvent[] = [];

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
    if (!request.resume) {
      this.#raw.clear();
      this.#events = [];
    }
    this.#status.textContent = '';
    this.#status.className = 'status';
    const run = new Run(request, {
      onRaw: (raw) => {
        this.#events.push(raw);
        this.#raw.add(raw);
        redraw();
      },
      onEvent: (event) => this.#blocks.take(event),
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

  /** The last stream was dropped and still runs on the server. */
  get canResume(): boolean {
    const { end, served, request } = this.#run ?? {};
    return end?.kind === 'dropped' && served?.streamId !== undefined && request !== undefined && canResume(request.dialect);
  }

  /** Continues the dropped stream after the last event that arrived. Throws if it can't. */
  resume(): Promise<Run> {
    const { request, served } = this.#run ?? {};
    if (!this.canResume || !request || served?.streamId === undefined) throw new Error('There is no stream to resume.');
    const events = [...this.#events];
    this.#raw.mark(`resumed after event ${events.length - 1}`);
    return this.run({ ...request, resume: { streamId: served.streamId, events } });
  }

  stop(as: 'stopped' | 'dropped' = 'stopped'): void {
    this.#run?.stop(as);
  }

  #showEnd({ end }: Run): void {
    if (!end) return;
    this.#status.className = `status ${end.kind}`;
    if (end.kind === 'failed') this.#status.textContent = [end.message, ...end.details].join(' · ');
    else if (end.kind === 'finished') this.#status.textContent = `Finished, ${end.reason} (${end.rawReason}).`;
    else if (end.kind === 'stopped') this.#status.textContent = 'Stopped by you.';
    else
      this.#status.textContent = this.canResume
        ? 'You dropped the connection. The answer continues on the server: resume it.'
        : 'You dropped the connection. What came until then stays.';
  }
}
