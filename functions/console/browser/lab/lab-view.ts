import type { DialectName } from '../../../../lib/client/index.ts';
import type { App, View } from '../app.ts';
import { ModelPicker } from '../models/picker.ts';
import { requests } from '../requests/index.ts';
import type { Run } from '../run/run.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { icon } from '../ui/icon.ts';
import { faultList } from './fault-list.ts';
import { demoProviders, type Fault, faultyModel } from './faults.ts';
import { RunPanel } from './run-panel.ts';
import { ServerRecord } from './server-record.ts';

const usualPrompt = 'Say enough words for something to go wrong in the middle of them.';

/** Runs one stream at a time. Each fault is one click away. */
export class LabView implements View {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #panel = new RunPanel();
  readonly #record: ServerRecord;
  readonly #picker = new ModelPicker({ compares: false });
  readonly #prompt = element('textarea', { id: 'lab-prompt', rows: 1, 'aria-label': 'Prompt' });
  readonly #dialect = element(
    'select',
    { id: 'lab-dialect', 'aria-label': 'Client dialect' },
    ...Object.entries(requests).map(([value, { label }]) => element('option', { value }, label)),
  );
  readonly #provider = element(
    'select',
    { id: 'lab-provider' },
    ...demoProviders.map((name) => element('option', { value: name }, `demo/${name}`)),
  );
  readonly #explanation = element('p', { class: 'explanation', 'aria-live': 'polite' });
  readonly #send = element('button', { type: 'submit', class: 'button primary' }, icon('play'), element('span', {}, 'Send'));
  readonly #stop = button({ label: 'Stop', icon: 'stop', title: 'Stop (Escape)', onClick: () => this.#panel.stop() });
  readonly #drop = button({
    label: 'Drop connection',
    icon: 'unplug',
    title: 'Break the connection as a network would, and see what the server makes of it',
    onClick: () => this.#panel.drop(),
  });
  readonly #faults = faultList((fault) => this.#choose(fault));

  constructor(app: App) {
    this.#app = app;
    this.#record = new ServerRecord(app);
    this.#prompt.value = usualPrompt;
    const form = element(
      'form',
      { class: 'lab-form' },
      this.#prompt,
      element('div', { class: 'row' }, this.#picker.root, this.#send, this.#stop, this.#drop, this.#dialect),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#start('');
    });
    this.#prompt.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    const faults = element(
      'aside',
      { class: 'faults', 'aria-label': 'Faults' },
      element('div', { class: 'stacked' }, element('label', { for: 'lab-provider' }, 'Provider that misbehaves'), this.#provider),
      this.#faults.root,
    );
    this.root = element(
      'div',
      { class: 'lab-view' },
      element('header', { class: 'view-head' }, element('h2', { class: 'view-title' }, 'Stream lab')),
      faults,
      element('div', { class: 'lab-main' }, form, this.#explanation, this.#panel.root, this.#record.root),
    );
    this.#showRunning();
    app.onModels((models) => {
      this.#picker.models = models;
      if (this.#picker.chosen.length === 0 && models[0]) this.#picker.chosen = [models[0].name];
      faults.hidden = !models.some(({ name }) => name.startsWith('demo/'));
    });
  }

  show(): void {
    this.#prompt.focus();
  }

  onEscape(): void {
    this.#panel.stop();
  }

  #choose(fault: Fault): void {
    if (this.#panel.isRunning) return;
    this.#picker.chosen = [faultyModel(this.#provider.value, fault)];
    void this.#start(`${fault.does} ${fault.expect}`);
  }

  async #start(explanation: string): Promise<void> {
    const [model] = this.#picker.chosen;
    if (this.#panel.isRunning || !model) return;
    this.#explanation.textContent = explanation;
    if (explanation === '') this.#faults.mark(undefined);
    const dialect = this.#dialect.value as DialectName;
    const messages = [{ role: 'user' as const, text: this.#prompt.value, pictures: [] }];
    const body = requests[dialect].body({ model, messages, maxTokens: 1024 });
    await this.#follow(() => this.#panel.run({ dialect, body, apiKey: this.#app.apiKey }));
  }

  /** Starts a run, brings it into view, and shows what the server logged. */
  async #follow(start: () => Promise<Run>): Promise<void> {
    this.#record.clear();
    const running = start();
    this.#showRunning();
    // On a phone the panel is below the fold.
    const block = matchMedia('(max-width: 52rem)').matches ? 'start' : 'nearest';
    this.#panel.root.scrollIntoView({ block, behavior: 'smooth' });
    const run = await running;
    this.#showRunning();
    await this.#record.show(run);
  }

  #showRunning(): void {
    const { isRunning } = this.#panel;
    this.#send.hidden = isRunning;
    this.#faults.disabled = isRunning;
    this.#stop.hidden = !isRunning;
    this.#drop.disabled = !isRunning;
  }
}
