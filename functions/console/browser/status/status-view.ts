import type { ProviderStatus, StatusReport } from '../../api/types.ts';
import type { App, View } from '../app.ts';
import { getJson } from '../models/catalog.ts';
import { button, copyButton } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { duration } from '../ui/format.ts';

const baseUrls = (origin: string): readonly (readonly [string, string, string])[] => [
  ['OpenAI clients', `${origin}/v1`, 'base URL'],
  ['Anthropic clients', origin, 'base URL'],
  ['AWS SDKs', `AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${origin}`, 'variable; the key is both access key id and secret'],
  ['Prediction Guard clients', origin, 'url'],
];

/** Shows the base URLs, the reachable providers, and the variables that enable others. */
export class StatusView implements View {
  readonly root: HTMLElement;
  readonly #app: App;
  readonly #providers = element('div', { class: 'provider-list' });
  readonly #available = element('div', { class: 'available' });
  readonly #server = element('dl', { class: 'fact-grid' });

  constructor(app: App) {
    this.#app = app;
    const card = (title: string, ...children: readonly (Node | string)[]) =>
      element('section', { class: 'card', 'aria-label': title }, element('h3', {}, title), ...children);
    this.root = element(
      'div',
      { class: 'status-view' },
      element(
        'header',
        { class: 'view-head' },
        element('h2', { class: 'view-title' }, 'Status'),
        button({ label: 'Check again', icon: 'retry', onClick: () => void this.#load() }),
      ),
      element(
        'div',
        { class: 'cards' },
        card('Point a client here', ...baseUrls(location.origin).map(baseUrlRow)),
        card('Providers', this.#providers),
        card('Add a provider', this.#available),
        card('This server', this.#server),
        card('Documentation', docs()),
      ),
    );
  }

  show(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    if (!this.#app.isDevelopment) {
      this.#providers.replaceChildren(
        element(
          'p',
          { class: 'hint' },
          'A deployed gateway is checked with ',
          element('code', {}, 'npm run doctor'),
          ' and watched in CloudWatch.',
        ),
      );
      this.#available.replaceChildren(element('p', { class: 'hint' }, 'Name it in sluice.config.ts, then deploy again.'));
      this.#server.replaceChildren(fact('Kind', 'deployed'), fact('Models', String(this.#app.models.length)));
      return;
    }
    this.#providers.replaceChildren(element('p', { class: 'hint' }, 'Checking …'));
    try {
      this.#draw(await getJson<StatusReport>('/console/api/status', this.#app.apiKey));
    } catch (error) {
      this.#providers.replaceChildren(
        element('p', { class: 'notice failed' }, error instanceof Error ? error.message : String(error)),
      );
    }
  }

  #draw({ providers, available, version, configuration, uptimeMs, clientKeys }: StatusReport): void {
    this.#providers.replaceChildren(...providers.map(providerRow));
    this.#available.replaceChildren(
      element('p', { class: 'hint' }, 'Set a variable, or put it into .env, and start again.'),
      ...available.map(({ name, variable }) =>
        element(
          'div',
          { class: 'copy-row' },
          element('span', { class: 'name' }, name),
          element('code', {}, variable),
          copyButton(`Copy ${variable}`, () => `${variable}=`, { iconOnly: true }),
        ),
      ),
    );
    this.#server.replaceChildren(
      fact('Version', version),
      fact('Configuration', configuration),
      fact('Running for', duration(uptimeMs)),
      fact('Client keys', clientKeys === 0 ? 'none needed, only this machine is served' : String(clientKeys)),
      fact('Models', String(this.#app.models.length)),
    );
  }
}

function baseUrlRow([client, text, what]: readonly [string, string, string]): HTMLElement {
  return element(
    'div',
    { class: 'copy-row' },
    element('span', { class: 'name' }, client, element('small', {}, what)),
    element('code', {}, text),
    copyButton(`Copy for ${client}`, () => text, { iconOnly: true }),
  );
}

function providerRow({ name, address, reachable, ms, problem, key }: ProviderStatus): HTMLElement {
  return element(
    'div',
    { class: `provider-row ${reachable ? 'ok' : 'failed'}` },
    element('i', { class: 'state', role: 'img', 'aria-label': reachable ? 'reachable' : 'not reachable' }),
    element('span', { class: 'name' }, name, element('small', {}, address ?? 'embedded')),
    key && element('span', { class: `key ${key.isSet === false ? 'missing' : ''}` }, keyText(key)),
    element('span', { class: 'note' }, reachable ? (ms === undefined ? '' : duration(ms)) : (problem ?? 'not reachable')),
  );
}

function keyText({ name, isSet }: NonNullable<ProviderStatus['key']>): string {
  return isSet === undefined ? `key in secret ${name}` : `${name} is ${isSet ? 'set' : 'missing'}`;
}

function fact(name: string, value: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value));
}

function docs(): HTMLElement {
  const link = (text: string, href: string) => element('a', { href, target: '_blank', rel: 'noopener' }, text);
  return element(
    'p',
    {},
    link('The API of this server', '/docs'),
    element('br'),
    'Guides are in the repository: docs/cookbook.md shows every client, README.md how to deploy.',
  );
}
