import type { ModelInfo } from '../api/types.ts';
import { ListingError, listModels } from './models/catalog.ts';

/** One view of the page. */
export interface View {
  readonly root: HTMLElement;
  /** Shown under the navigation together with this view. */
  readonly side?: HTMLElement;
  show?(): void;
  hide?(): void;
  onEscape?(): void;
}

type ModelListener = (models: readonly ModelInfo[]) => void;

const keyName = 'sluice-key';

/** The state that the views share: the key, its models, and the kind of server. */
export class App {
  /** The server runs on the developer's machine and shows its traffic and status. */
  readonly isDevelopment: boolean;
  onNotice: (sentence: string, wantsKey: boolean) => void = () => {};
  readonly #listeners: ModelListener[] = [];
  #models: readonly ModelInfo[] = [];
  // Session storage belongs to this tab. A key in the URL could leak through a link.
  #apiKey = sessionStorage.getItem(keyName) ?? '';

  constructor(isDevelopment: boolean) {
    this.isDevelopment = isDevelopment;
  }

  get apiKey(): string {
    return this.#apiKey;
  }

  set apiKey(key: string) {
    this.#apiKey = key;
    sessionStorage.setItem(keyName, key);
    void this.loadModels();
  }

  get models(): readonly ModelInfo[] {
    return this.#models;
  }

  /** Calls the listener now, if the models are loaded, and on every change. */
  onModels(listener: ModelListener): void {
    this.#listeners.push(listener);
    if (this.#models.length > 0) listener(this.#models);
  }

  async loadModels(): Promise<void> {
    try {
      this.#models = await listModels(this.#apiKey);
      this.onNotice('', false);
      for (const listener of this.#listeners) listener(this.#models);
    } catch (error) {
      this.onNotice(error instanceof Error ? error.message : String(error), error instanceof ListingError && error.wantsKey);
    }
  }
}
