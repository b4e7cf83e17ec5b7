import type { ModelInfo } from '../../api/types.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { compact } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';

const maxCompared = 4;
let count = 0;

/**
 * A button that shows the chosen model and opens a searchable list. With `compares` up to four models can be chosen.
 * Any name can be typed: `provider/model` works without being listed.
 */
export class ModelPicker {
  readonly root: HTMLElement;
  onChange: () => void = () => {};
  readonly #id = `picker-${++count}`;
  readonly #opener: HTMLButtonElement;
  readonly #current = element('span', { class: 'current' });
  readonly #search: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #popup: HTMLElement;
  readonly #compare = element('input', { type: 'checkbox' });
  #models: readonly ModelInfo[] = [];
  #chosen: readonly string[] = [];
  #shown: readonly ModelInfo[] = [];
  #active = 0;

  constructor({ compares }: { compares: boolean }) {
    this.#opener = button({
      label: '',
      class: 'model-button',
      onClick: () => (this.#popup.hidden ? this.#open() : this.close()),
    });
    this.#opener.replaceChildren(this.#current, icon('down'));
    this.#opener.setAttribute('aria-haspopup', 'listbox');
    this.#search = element('input', {
      type: 'text',
      role: 'combobox',
      placeholder: 'Search, or type provider/model',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-label': 'Search models',
      'aria-controls': `${this.#id}-list`,
      'aria-expanded': 'true',
      'aria-autocomplete': 'list',
    });
    this.#list = element('div', {
      id: `${this.#id}-list`,
      class: 'options',
      role: 'listbox',
      'aria-label': 'Models',
      'aria-multiselectable': compares && 'true',
    });
    this.#popup = element(
      'div',
      { class: 'picker-popup', hidden: true },
      element('div', { class: 'search' }, icon('search'), this.#search),
      this.#list,
      compares &&
        element(
          'label',
          { class: 'check compare' },
          this.#compare,
          `Compare up to ${['', 'one', 'two', 'three', 'four'][maxCompared]} side by side`,
        ),
    );
    this.root = element('div', { class: 'picker' }, this.#opener, this.#popup);
    this.#listen();
  }

  get chosen(): readonly string[] {
    return this.#chosen;
  }

  set chosen(names: readonly string[]) {
    this.#chosen = names.slice(0, maxCompared);
    this.#compare.checked = this.#chosen.length > 1;
    const [first = 'Choose a model', ...others] = this.#chosen;
    this.#current.textContent = others.length > 0 ? `${first} and ${others.length} more` : first;
    this.#opener.setAttribute('aria-label', `Model: ${this.#current.textContent}`);
    this.#opener.title = this.#chosen.join('\n');
  }

  set models(models: readonly ModelInfo[]) {
    this.#models = models;
    if (!this.#popup.hidden) this.#draw();
  }

  close(): void {
    if (this.#popup.hidden) return;
    const hadFocus = this.#popup.contains(document.activeElement);
    this.#popup.hidden = true;
    this.#opener.setAttribute('aria-expanded', 'false');
    if (hadFocus) this.#opener.focus();
  }

  #open(): void {
    this.#popup.hidden = false;
    this.#opener.setAttribute('aria-expanded', 'true');
    this.#search.value = '';
    this.#draw();
    this.#search.focus();
  }

  #listen(): void {
    this.#search.addEventListener('input', () => this.#draw());
    this.#search.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        this.#activate(Math.min(Math.max(this.#active + step, 0), this.#shown.length - 1));
      } else if (event.key === 'Enter') {
        event.preventDefault();
        const model = this.#shown[this.#active];
        if (model) this.#choose(model.name);
      }
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#popup.hidden) return;
      event.stopPropagation();
      this.close();
    });
    document.addEventListener('pointerdown', (event) => {
      if (event.target instanceof Node && !this.root.contains(event.target)) this.close();
    });
    this.#compare.addEventListener('change', () => {
      if (!this.#compare.checked && this.#chosen.length > 1) this.#set(this.#chosen.slice(0, 1));
      this.#draw();
    });
  }

  #draw(): void {
    this.#shown = matching(this.#models, this.#search.value.trim());
    const groups = Map.groupBy(this.#shown, ({ provider }) => provider);
    let index = 0;
    const option = (model: ModelInfo) => this.#option(model, index++);
    this.#list.replaceChildren(
      ...[...groups].map(([provider, models]) =>
        element(
          'div',
          { role: 'group', 'aria-label': provider },
          element('div', { class: 'group-name', 'aria-hidden': 'true' }, provider),
          ...models.map(option),
        ),
      ),
    );
    const current = this.#shown.findIndex(({ name }) => this.#chosen.includes(name));
    this.#activate(this.#search.value ? 0 : Math.max(0, current));
  }

  #option({ name, targets, contextTokens, usdPerMillion }: ModelInfo, index: number): HTMLElement {
    const facts = [
      targets?.length && `→ ${targets.join(', ')}`,
      contextTokens !== undefined && `${compact(contextTokens)} context`,
      usdPerMillion && `$${usdPerMillion.input} in · $${usdPerMillion.output} out`,
    ].filter((fact) => typeof fact === 'string');
    const made = element(
      'div',
      {
        id: `${this.#id}-${index}`,
        class: 'option',
        role: 'option',
        'aria-selected': String(this.#chosen.includes(name)),
        title: usdPerMillion ? `${name}: US dollars for a million tokens` : name,
      },
      element('span', { class: 'name' }, name),
      element('span', { class: 'facts' }, ...facts.map((fact) => element('span', {}, fact))),
      icon('check'),
    );
    // Keeps the focus in the search field.
    made.addEventListener('pointerdown', (event) => event.preventDefault());
    made.addEventListener('click', () => this.#choose(name));
    return made;
  }

  #activate(index: number): void {
    this.#active = index;
    for (const option of this.#list.querySelectorAll('.option.active')) option.classList.remove('active');
    const option = this.#list.querySelector(`#${this.#id}-${index}`);
    option?.classList.add('active');
    option?.scrollIntoView({ block: 'nearest' });
    this.#search.setAttribute('aria-activedescendant', option?.id ?? '');
  }

  #choose(name: string): void {
    if (!this.#compare.checked) {
      this.#set([name]);
      this.close();
      return;
    }
    const without = this.#chosen.filter((other) => other !== name);
    const isChosen = without.length < this.#chosen.length;
    if (isChosen ? without.length > 0 : this.#chosen.length < maxCompared)
      this.#set(isChosen ? without : [...this.#chosen, name]);
    this.#compare.checked = true;
    const { scrollTop } = this.#list;
    this.#draw();
    this.#list.scrollTop = scrollTop;
    this.#activate(this.#shown.findIndex((model) => model.name === name));
  }

  #set(names: readonly string[]): void {
    this.chosen = names;
    this.onChange();
  }
}

/** The models that match every word. An unlisted name is offered as typed. */
function matching(models: readonly ModelInfo[], typed: string): readonly ModelInfo[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter(({ name, provider }) => words.every((word) => `${name} ${provider}`.toLowerCase().includes(word)));
  const isListed = typed === '' || models.some(({ name }) => name === typed);
  return isListed ? found : [...found, { name: typed, provider: 'As typed' }];
}
