import type { Conversation } from './conversation.ts';

const name = 'sluice-console';
const storeName = 'conversations';

/** Stores conversations in this browser only. Without storage they last until the page closes. */
export class History {
  readonly #database = open();
  readonly #inMemory = new Map<string, Conversation>();

  /** All conversations, newest first. */
  async list(): Promise<Conversation[]> {
    const store = await this.#store('readonly');
    const all = store ? await done<Conversation[]>(store.getAll()) : [...this.#inMemory.values()];
    return all.sort((one, other) => other.updatedAt - one.updatedAt);
  }

  async save(conversation: Conversation): Promise<void> {
    const store = await this.#store('readwrite');
    if (store) await done(store.put(conversation));
    else this.#inMemory.set(conversation.id, structuredClone(conversation));
  }

  async remove(id: string): Promise<void> {
    const store = await this.#store('readwrite');
    if (store) await done(store.delete(id));
    else this.#inMemory.delete(id);
  }

  async clear(): Promise<void> {
    const store = await this.#store('readwrite');
    if (store) await done(store.clear());
    else this.#inMemory.clear();
  }

  async #store(mode: IDBTransactionMode): Promise<IDBObjectStore | undefined> {
    const database = await this.#database;
    return database?.transaction(storeName, mode).objectStore(storeName);
  }
}

/** `undefined` if the browser has no storage, as some private windows. */
async function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName, { keyPath: 'id' });
    return await done(request);
  } catch {
    return undefined;
  }
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
