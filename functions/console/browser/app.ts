import type { ModelInfo } from '../api/types.ts';
import { ListingError, listModels } from './models/catalog.ts';

/** One view of the page. */
export interface View {
  readonly root: HTMLElement;
  /** What stands beside the navigation while this view is shown. */
  readonly side?: HTMLElement;
  show?(): void;
  hide?(): void;
  onEscape?(): void;
}

type ModelListener = (models: readonly ModelInfo[]) => void;

const keyName = 'sluice-key';

/** What every view shares: the key, the models it may use, and what kind of server this is. */
export class App {
  /** The server runs on the developer's machine and shows its traffic and status. */
  readonly isDevelopment: boolean;
  onNotice: (sentence: string, wantsKey: boolean) => void = () => {};
  readonly #listeners: ModelListener[] = [];
  #models: readonly ModelInfo[] = [];
  // For this tab alone, and never where a link could carry it away.
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

  /** Calls now if there are models, and whenever they change. */
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
