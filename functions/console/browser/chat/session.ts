import type { RawEvent } from '../../../../lib/client/index.ts';
import { requests } from '../requests/index.ts';
import { parseSettings } from '../requests/settings.ts';
import { maxKeptEvents, wires } from '../run/kept-runs.ts';
import { Run } from '../run/run.ts';
import { type Conversation, type Lane, messagesFor, savedAnswer, type Turn } from './conversation.ts';

/** Callbacks for the lanes of a conversation. */
export interface SessionObserver {
  onStart(lane: Lane, run: Run): void;
  onProgress(lane: Lane): void;
  /** The run has ended, and the lane has its answer. */
  onEnd(lane: Lane): void;
}

/** Runs the requests of one conversation. */
export class Session {
  readonly conversation: Conversation;
  readonly #apiKey: () => string;
  readonly #observer: SessionObserver;
  readonly #runs = new Map<Lane, Run>();

  constructor(conversation: Conversation, apiKey: () => string, observer: SessionObserver) {
    this.conversation = conversation;
    this.#apiKey = apiKey;
    this.#observer = observer;
  }

  get isRunning(): boolean {
    return this.#runs.size > 0;
  }

  /** Sends the turn to each of its models. */
  ask(turn: Turn): void {
    this.conversation.turns.push(turn);
    for (const lane of turn.lanes) this.start(lane);
  }

  /** Requests the next answer of this lane. */
  start(lane: Lane): void {
    const { turns, settings } = this.conversation;
    const index = turns.findIndex(({ lanes }) => lanes.includes(lane));
    const { wanted } = parseSettings(settings);
    const body = requests[settings.dialect].body({ ...wanted, model: lane.model, messages: messagesFor(turns, index, lane) });
    const request = { dialect: settings.dialect, body, apiKey: this.#apiKey() };
    const events: RawEvent[] = [];
    const run = new Run(request, {
      onRaw: (raw) => {
        if (events.length < maxKeptEvents) events.push(raw);
      },
      onEvent: () => this.#observer.onProgress(lane),
    });
    this.#runs.set(lane, run);
    this.#observer.onStart(lane, run);
    void run.done.finally(() => {
      this.#runs.delete(lane);
      const { requestId } = run.served;
      if (requestId !== undefined) wires.set(requestId, { request, events });
      lane.rounds.push({ answer: savedAnswer(lane.model, run) });
      this.#observer.onEnd(lane);
    });
  }

  stop(): void {
    for (const run of this.#runs.values()) run.stop();
  }
}
