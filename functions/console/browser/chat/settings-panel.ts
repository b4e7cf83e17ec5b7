import { efforts } from '../requests/conversation.ts';
import { type Feature, requests } from '../requests/index.ts';
import { defaultSettings, type Problem, parseSettings, type SettingName, type Settings } from '../requests/settings.ts';
import { element } from '../ui/element.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The settings of a request. An invalid field shows its error at once. */
export class SettingsPanel {
  readonly root: HTMLElement;
  onChange: () => void = () => {};
  readonly #controls: Readonly<Record<SettingName, Control>>;
  readonly #errors = new Map<SettingName, HTMLElement>();

  constructor() {
    const area = (name: string, rows: number, more = {}) =>
      element('textarea', { id: `set-${name}`, rows, spellcheck: 'false', ...more });
    const number = (name: string, more: object) =>
      element('input', { id: `set-${name}`, inputmode: 'decimal', autocomplete: 'off', ...more });
    this.#controls = {
      dialect: element(
        'select',
        { id: 'dialect' },
        ...Object.entries(requests).map(([value, { label }]) => element('option', { value }, label)),
      ),
      system: area('system', 3, { placeholder: 'You are a helpful assistant.' }),
      temperature: number('temperature', { placeholder: 'default' }),
      maxTokens: number('max-tokens', { placeholder: 'default', inputmode: 'numeric' }),
      effort: element(
        'select',
        { id: 'set-effort' },
        element('option', { value: '' }, 'default'),
        ...efforts.map((effort) => element('option', { value: effort }, effort)),
      ),
      withTools: element('input', { id: 'with-tools', type: 'checkbox', role: 'switch' }),
      tools: area('tools', 12, { class: 'mono', 'aria-label': 'Tools as JSON' }),
      withSchema: element('input', { id: 'with-schema', type: 'checkbox', role: 'switch' }),
      schema: area('schema', 10, { class: 'mono', 'aria-label': 'JSON schema of the answer' }),
    };
    const { dialect, system, temperature, maxTokens, effort, withTools, tools, withSchema, schema } = this.#controls;
    this.root = element(
      'aside',
      { class: 'settings', 'aria-label': 'Request settings' },
      this.#field('dialect', 'Client dialect', dialect),
      this.#field('system', 'System prompt', system),
      element(
        'div',
        { class: 'pair' },
        this.#field('temperature', 'Temperature', temperature),
        this.#field('maxTokens', 'Max tokens', maxTokens),
      ),
      this.#field('effort', 'Reasoning effort', effort),
      element('label', { class: 'switch' }, 'Tools', withTools),
      this.#editor('tools', tools, 'The model may call these; you type what they answer.'),
      element('label', { class: 'switch' }, 'JSON schema output', withSchema),
      this.#editor('schema', schema, 'The answer keeps to this schema.'),
      element('p', { class: 'hint', id: 'lacks' }),
    );
    for (const control of Object.values(this.#controls)) {
      control.addEventListener('input', () => {
        this.#refresh();
        this.onChange();
      });
    }
    this.value = defaultSettings;
  }

  get value(): Settings {
    const entries = Object.entries(this.#controls).map(([name, control]) => [
      name,
      isCheckbox(control) ? control.checked : control.value,
    ]);
    return Object.fromEntries(entries) as Settings;
  }

  set value(settings: Settings) {
    for (const [name, control] of Object.entries(this.#controls)) {
      const value = settings[name as SettingName];
      if (isCheckbox(control)) control.checked = value === true;
      else control.value = String(value);
    }
    this.#refresh();
  }

  /** Focuses the invalid field. */
  showProblem(problem: Problem): void {
    this.#refresh();
    this.#controls[problem.field].focus();
  }

  #field(name: SettingName, label: string, control: Control): HTMLElement {
    const error = element('p', { class: 'field-error', id: `error-${name}` });
    this.#errors.set(name, error);
    return element('div', { class: 'stacked' }, element('label', { for: control.id }, label), control, error);
  }

  #editor(name: SettingName, control: Control, hint: string): HTMLElement {
    const error = element('p', { class: 'field-error', id: `error-${name}` });
    this.#errors.set(name, error);
    return element('div', { class: 'stacked editor' }, element('p', { class: 'hint' }, hint), control, error);
  }

  #refresh(): void {
    const settings = this.value;
    const { problems } = parseSettings(settings);
    for (const [name, place] of this.#errors) {
      const problem = problems.find(({ field }) => field === name);
      place.textContent = problem?.message ?? '';
      const control = this.#controls[name];
      control.toggleAttribute('aria-invalid', problem !== undefined);
      if (problem) control.setAttribute('aria-describedby', place.id);
      else control.removeAttribute('aria-describedby');
    }
    const lacks = new Set<Feature>(requests[settings.dialect].lacks);
    const controls: Readonly<Record<Exclude<Feature, 'pictures'>, Control>> = {
      system: this.#controls.system,
      effort: this.#controls.effort,
      tools: this.#controls.withTools,
      schema: this.#controls.withSchema,
    };
    for (const [feature, control] of Object.entries(controls)) control.disabled = lacks.has(feature as Feature);
    this.#controls.tools.closest<HTMLElement>('.editor')?.toggleAttribute('hidden', !settings.withTools || lacks.has('tools'));
    this.#controls.schema.closest<HTMLElement>('.editor')?.toggleAttribute('hidden', !settings.withSchema || lacks.has('schema'));
    const hint = this.root.querySelector('#lacks');
    if (hint)
      hint.textContent =
        lacks.size > 0 ? 'This dialect carries only text: no system prompt, tools, schema, effort or pictures.' : '';
  }
}

function isCheckbox(control: Control): control is HTMLInputElement {
  return control instanceof HTMLInputElement && control.type === 'checkbox';
}
