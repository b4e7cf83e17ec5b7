/** The most stored bytes to keep for a client that has not read them. It reads anything beyond from the log. */
const unreadBytes = 1 << 20;
/** With more bytes than this the provider has to wait: the store or, where nothing is stored, the client is too slow. */
const fullBytes = 2 << 20;

/** The events of an answer that are still in memory: those that are not stored, and those that the client has not read. */
export class EventWindow {
  /** The client may read only stored events. */
  isStrict = false;
  /** The answer ended in an error of ours. Nothing more is accepted. */
  isBroken = false;
  /** Nothing is stored any more: the client can read from here alone. */
  isCut = false;
  #events: Uint8Array[] = [];
  /** The number of the first event in memory, of the first that is not stored, and of the first that was not read. */
  #first = 0;
  #stored = 0;
  #read = 0;
  #bytes = 0;
  #unstoredBytes = 0;
  #isOver = false;
  #isFollowed = true;
  #comment: Uint8Array | undefined;
  #wake: (() => void) | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #scheduled: NodeJS.Immediate | undefined;

  /** How many events there have been. */
  get length(): number {
    return this.#first + this.#events.length;
  }

  get unstoredBytes(): number {
    return this.#unstoredBytes;
  }

  /** The client is still there. */
  get isFollowed(): boolean {
    return this.#isFollowed;
  }

  /** The answer is complete, and all of it may be read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The number of the first event that is in memory. */
  get first(): number {
    return this.#first;
  }

  push(event: Uint8Array): void {
    this.#events.push(event);
    this.#bytes += event.length;
    this.#unstoredBytes += event.length;
    if (!this.isStrict) this.#changed();
  }

  /** A heartbeat for a waiting client. */
  comment(bytes: Uint8Array): void {
    this.#comment = bytes;
    this.#changed();
  }

  takeComment(): Uint8Array | undefined {
    const comment = this.#comment;
    this.#comment = undefined;
    return comment;
  }

  /** Resolves when there is room for more. `undefined` if there already is. */
  room(): Promise<void> | undefined {
    if (this.#bytes <= fullBytes || this.isBroken) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** The events that are not stored, as many as fit into so many bytes, at least one. */
  unstored(mostBytes: number): { first: number; events: Uint8Array[] } {
    const rest = this.#events.slice(this.#stored - this.#first);
    let bytes = 0;
    const tooMany = rest.findIndex((event) => {
      bytes += event.length;
      return bytes > mostBytes;
    });
    return { first: this.#stored, events: tooMany < 0 ? rest : rest.slice(0, Math.max(tooMany, 1)) };
  }

  /** So many more events are stored. */
  stored(count: number): void {
    const from = this.#stored - this.#first;
    for (const event of this.#events.slice(from, from + count)) this.#unstoredBytes -= event.length;
    this.#stored += count;
    this.#trim();
    this.#changed();
  }

  /** The events from this number on that the client may read now. `undefined` where they are no longer in memory. */
  readable(from: number): readonly Uint8Array[] | undefined {
    if (from < this.#first) return undefined;
    const end = this.isStrict && !this.isBroken ? this.#stored : this.length;
    return this.#events.slice(from - this.#first, end - this.#first);
  }

  /** The client has read everything before this number. */
  readTo(number: number): void {
    this.#read = number;
    this.#trim();
  }

  /** The client is gone. */
  leave(): void {
    this.#isFollowed = false;
    this.#trim();
    this.#changed();
  }

  /** All is stored. The client may read the rest and is done. */
  end(): void {
    this.#isOver = true;
    this.#changed();
  }

  /** Replaces all events that the client must not see any more with these. */
  break(eventsFrom: (first: number) => readonly Uint8Array[]): void {
    this.isBroken = true;
    if (this.isStrict) this.#events.length = this.#stored - this.#first;
    this.#events.push(...eventsFrom(this.length));
    this.#room?.resolve();
    this.#changed();
  }

  /** Resolves when there may be something new to read. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Once for everything in one turn of the event loop, so the client gets it in one write. */
  #changed(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#wake?.();
    });
  }

  /** Drops bytes without a reader: those that are stored and read, and those that are stored and exceed the limit. */
  #trim(): void {
    let count = 0;
    for (const event of this.#events) {
      const number = this.#first + count;
      const isUnread = this.#isFollowed && number >= this.#read;
      const isKept = this.isCut ? isUnread : number >= this.#stored || (isUnread && this.#bytes <= unreadBytes);
      if (isKept) break;
      this.#bytes -= event.length;
      count++;
    }
    this.#events.splice(0, count);
    this.#first += count;
    if (this.#bytes > fullBytes) return;
    this.#room?.resolve();
    this.#room = undefined;
  }
}
