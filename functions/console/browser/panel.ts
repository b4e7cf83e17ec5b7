import { type AnswerStream, type DialectName, StreamError, stream, type Usage } from '../../../lib/client/index.ts';
import { Blocks } from './blocks.ts';
import { element } from './element.ts';
import { gapSummary, type Measures, measured, nothingMeasured, rate } from './measures.ts';
import { RawPane } from './raw-pane.ts';
import { drawTimeline } from './timeline.ts';

/** What a panel is asked to show. */
export interface Asked {
  readonly dialect: DialectName;
  readonly body: object;
  readonly apiKey: string;
}

/** The measures that stand above an answer, in their order. */
const facts = ['State', 'First token', 'Rate', 'Gaps', 'Usage', 'Provider', 'Attempts'] as const;
type Fact = (typeof facts)[number];

/** One model and its answer. */
export class Panel {
  readonly root: HTMLElement;
  readonly model: HTMLInputElement;
  readonly #values = new Map<Fact, HTMLElement>();
  readonly #canvas = element('canvas', { class: 'timeline', role: 'img', 'aria-label': 'Gaps between pieces' });
  readonly #answer = element('div', { class: 'answer', tabindex: '0', 'aria-label': 'Answer', 'aria-busy': 'false' });
  readonly #raw = element('ol', { class: 'raw', tabindex: '0', 'aria-label': 'Events as they came over the wire' });
  /** Says only what a listener should hear: how it ended. */
  readonly #status = element('p', { class: 'status', role: 'status' });
  #stream: AnswerStream | undefined;

  constructor(number: number, model: string) {
    this.model = element('input', {
      id: `model-${number}`,
      list: 'models',
      autocomplete: 'off',
      spellcheck: 'false',
      required: true,
    });
    this.model.value = model;
    const measures = element('dl', { class: 'facts' });
    for (const fact of facts) {
      const value = element('dd', {}, '–');
      this.#values.set(fact, value);
      measures.append(element('div', { class: fact === 'State' ? 'state' : '' }, element('dt', {}, fact), value));
    }
    this.root = element(
      'section',
      { class: 'panel', 'aria-label': `Model ${number}` },
      element('div', { class: 'field' }, element('label', { for: this.model.id }, 'Model'), this.model),
      measures,
      this.#canvas,
      this.#status,
      element('div', { class: 'panes' }, this.#answer, this.#raw),
    );
  }

  get isRunning(): boolean {
    return this.#stream !== undefined;
  }

  /** Asks, and resolves when the answer is over, however it ends. */
  async run({ dialect, body, apiKey }: Asked): Promise<void> {
    this.stop();
    const blocks = new Blocks(this.#answer);
    const raw = new RawPane(this.#raw);
    let measures = nothingMeasured;
    for (const fact of facts) this.#show(fact, '–');
    this.#status.textContent = '';
    this.#status.className = 'status';
    drawTimeline(this.#canvas, measures);
    this.#show('State', 'waiting');
    this.#answer.setAttribute('aria-busy', 'true');
    const startedAt = performance.now();
    const running = stream({ baseUrl: location.origin, apiKey, dialect, body, onRaw: (event) => raw.add(event) });
    this.#stream = running;
    const redraw = oncePerFrame(() => {
      this.#showTimes(measures, running.usage.output);
      drawTimeline(this.#canvas, measures);
    });
    try {
      for await (const event of running) {
        if (measures.pieces === 0) this.#showServed(running.headers);
        const stays = this.#answer.scrollTop + this.#answer.clientHeight >= this.#answer.scrollHeight - 40;
        blocks.take(event);
        if (stays) this.#answer.scrollTop = this.#answer.scrollHeight;
        measures = measured(measures, event, performance.now() - startedAt);
        this.#show('State', 'streaming');
        redraw();
        if (event.type === 'finish')
          this.#end(`finished: ${event.reason}`, 'done', `Finished, ${event.reason} (${event.rawReason}).`);
      }
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      this.#showServed(running.headers);
      this.#show('Usage', usageText(running.usage));
      redraw();
      this.#answer.setAttribute('aria-busy', 'false');
      if (this.#stream === running) this.#stream = undefined;
    }
  }

  /** Closes the connection; what has come stays. */
  stop(): void {
    this.#stream?.close();
  }

  #fail(thrown: unknown): void {
    if (!(thrown instanceof StreamError)) throw thrown;
    if (thrown.code === 'closed') {
      this.#end('stopped', 'stopped', 'Stopped by you.');
      return;
    }
    const { status, requestId, retryAfterMs, param } = thrown;
    const more = [
      status !== undefined && `HTTP ${status}`,
      param !== undefined && `field ${param}`,
      retryAfterMs !== undefined && `try again in ${Math.ceil(retryAfterMs / 1000)} s`,
      requestId !== undefined && !thrown.message.includes(requestId) && `request ${requestId}`,
    ].filter((part) => part !== false);
    this.#end(thrown.code, 'failed', [thrown.message, ...more].join(' · '));
  }

  #end(state: string, kind: string, sentence: string): void {
    this.#show('State', state);
    this.#status.textContent = sentence;
    this.#status.className = `status ${kind}`;
  }

  #showServed(headers: Headers | undefined): void {
    const [provider, model] = [headers?.get('x-sluice-provider'), headers?.get('x-sluice-model')];
    if (provider) this.#show('Provider', `${provider} · ${model}`);
    const attempts = headers?.get('x-sluice-attempts');
    if (attempts) this.#show('Attempts', attempts.split(', ').join(' → '));
  }

  #showTimes(measures: Measures, outputTokens: number | undefined): void {
    if (measures.firstAt !== undefined) this.#show('First token', `${Math.round(measures.firstAt)} ms`);
    this.#show('Rate', rate(measures, outputTokens) ?? '–');
    this.#show('Gaps', gapSummary(measures) ?? '–');
  }

  #show(fact: Fact, text: string): void {
    const place = this.#values.get(fact);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

function usageText({ input, output, reasoning, cacheRead }: Usage): string {
  const parts = [
    input !== undefined && `${input} in`,
    output !== undefined && `${output} out`,
    reasoning && `${reasoning} reasoning`,
    cacheRead && `${cacheRead} cached`,
  ].filter((part) => typeof part === 'string');
  return parts.join(', ') || 'not said';
}

/** Many events may come in the time of one picture; they are drawn once. */
function oncePerFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
