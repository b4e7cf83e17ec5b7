import type { App, View } from '../app.ts';
import { copyAsDialog } from '../copy-as/dialog.ts';
import { costOf } from '../models/cost.ts';
import { ModelPicker } from '../models/picker.ts';
import type { Picture } from '../requests/conversation.ts';
import { requests } from '../requests/index.ts';
import { defaultSettings, parseSettings } from '../requests/settings.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { EndFollower } from '../ui/end-follower.ts';
import { Composer } from './composer.ts';
import { type Conversation, type Lane, titleOf, wantedNow } from './conversation.ts';
import { takeDrops } from './drops.ts';
import { emptyChat } from './empty-chat.ts';
import { exportDialog } from './export-dialog.ts';
import { History } from './history.ts';
import { HistoryList } from './history-list.ts';
import { inspectDialog } from './inspect-dialog.ts';
import { type LaneActions, LaneView } from './lane-view.ts';
import { Session } from './session.ts';
import { SettingsPanel } from './settings-panel.ts';
import { turnView } from './turn-view.ts';

/** The playground: conversations with one model or several. */
export class ChatView implements View {
  readonly root: HTMLElement;
  readonly side: HTMLElement;
  readonly #app: App;
  readonly #history = new History();
  readonly #list = new HistoryList({ open: (chat) => this.#open(chat), remove: (chat) => void this.#remove(chat) });
  readonly #picker = new ModelPicker({ compares: true });
  readonly #settings = new SettingsPanel();
  readonly #composer: Composer;
  readonly #title = element('h2', { class: 'view-title' });
  readonly #thread = element('div', { class: 'thread', tabindex: 0, role: 'log', 'aria-label': 'Conversation' });
  readonly #end = new EndFollower(this.#thread);
  readonly #turns = element('div', { class: 'turns' });
  readonly #lanes = new Map<Lane, LaneView>();
  readonly #removed = new Set<string>();
  #session: Session;

  constructor(app: App) {
    this.#app = app;
    this.#session = this.#newSession(this.#newConversation());
    this.#composer = new Composer({
      picker: this.#picker,
      onSend: (text, pictures) => this.#send(text, pictures),
      onStop: () => this.#session.stop(),
    });
    this.#thread.append(this.#turns);
    const settingsButton = button({
      label: 'Settings',
      icon: 'sliders',
      class: 'settings-toggle',
      onClick: () => this.#toggleSettings(),
    });
    this.root = element(
      'div',
      { class: 'chat-view' },
      element(
        'header',
        { class: 'view-head' },
        this.#title,
        button({
          label: 'Chats',
          icon: 'menu',
          class: 'narrow-only',
          onClick: () => document.body.classList.toggle('side-open'),
        }),
        button({ label: 'New chat', icon: 'plus', class: 'narrow-only', onClick: () => this.#open(this.#newConversation()) }),
        button({ label: 'Copy as', icon: 'code', id: 'copy-as', onClick: () => this.#copyAs() }),
        button({ label: 'Export', icon: 'download', id: 'export', onClick: () => exportDialog(this.#session.conversation) }),
        settingsButton,
      ),
      element('div', { class: 'chat-main' }, this.#thread, this.#composer.root),
      this.#settings.root,
    );
    this.side = element(
      'div',
      { class: 'chat-side' },
      button({ label: 'New chat', icon: 'plus', id: 'new-chat', onClick: () => this.#open(this.#newConversation()) }),
      this.#list.root,
    );
    this.#picker.onChange = () => {
      this.#session.conversation.models = this.#picker.chosen;
    };
    this.#settings.onChange = () => {
      this.#session.conversation.settings = this.#settings.value;
    };
    takeDrops(this.root, (files) => void this.#composer.attach(files));
    // Wide screens have room for both.
    if (matchMedia('(min-width: 90rem)').matches) this.#toggleSettings(true);
    this.#draw();
    void this.#beginLikeTheLast();
    app.onModels((models) => {
      this.#picker.models = models;
      if (this.#picker.chosen.length === 0 && models[0]) {
        this.#picker.chosen = [models[0].name];
        this.#session.conversation.models = this.#picker.chosen;
      }
    });
  }

  show(): void {
    this.#composer.prompt.focus();
  }

  /** Starts a visit with the models and settings of the newest chat. */
  async #beginLikeTheLast(): Promise<void> {
    await this.#drawHistory();
    const [last] = await this.#history.list();
    const { conversation } = this.#session;
    if (!last || conversation.turns.length > 0) return;
    this.#settings.value = last.settings;
    conversation.settings = last.settings;
    if (last.models.length === 0) return;
    this.#picker.chosen = last.models;
    conversation.models = last.models;
  }

  onEscape(): void {
    this.#session.stop();
  }

  #newConversation(): Conversation {
    const settings = this.#settings?.value ?? defaultSettings;
    return {
      id: `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      title: 'New chat',
      updatedAt: Date.now(),
      models: this.#picker.chosen,
      settings,
      turns: [],
    };
  }

  #newSession(conversation: Conversation): Session {
    const session: Session = new Session(conversation, () => this.#app.apiKey, {
      onStart: (lane, run) => this.#lanes.get(lane)?.follow(run),
      onProgress: (lane) => this.#lanes.get(lane)?.redraw(),
      onEnd: (lane) => {
        this.#lanes.get(lane)?.draw();
        this.#end.follow();
        if (session === this.#session) this.#composer.isRunning = session.isRunning;
        void this.#save(session.conversation);
      },
    });
    return session;
  }

  /** Sends a message. Shows why and returns false if it can't. */
  #send(text: string, pictures: readonly Picture[]): boolean {
    const { conversation } = this.#session;
    if (this.#session.isRunning) return this.#refuse('An answer is still coming. Stop it first, or wait for its end.');
    if (this.#picker.chosen.length === 0) return this.#refuse('Choose a model first.');
    const [problem] = parseSettings(conversation.settings).problems;
    if (problem) {
      this.#toggleSettings(true);
      this.#settings.showProblem(problem);
      return this.#refuse(`A setting is wrong. ${problem.message}`);
    }
    const { lacks, label } = requests[conversation.settings.dialect];
    if (pictures.length > 0 && lacks.includes('pictures'))
      return this.#refuse(`${label} carries no pictures. Choose another dialect.`);
    const lanes = this.#picker.chosen.map((model): Lane => ({ model, rounds: [] }));
    this.#start(() => this.#session.ask({ text, pictures, lanes }), lanes);
    return true;
  }

  #refuse(sentence: string): false {
    this.#composer.say(sentence);
    return false;
  }

  /** Creates the lane views before the runs start, because a run draws into its view. */
  #start(ask: () => void, lanes: readonly Lane[]): void {
    const { conversation } = this.#session;
    for (const lane of lanes) this.#lanes.set(lane, this.#laneView(lane));
    ask();
    conversation.title = titleOf(conversation.turns);
    this.#composer.say('');
    this.#composer.isRunning = true;
    this.#draw();
    this.#end.jump();
    void this.#save(conversation);
  }

  #laneView(lane: Lane): LaneView {
    const actions: LaneActions = {
      retry: () => this.#retry(lane),
      sendResults: (results) => {
        const round = lane.rounds.at(-1);
        if (!round || this.#session.isRunning) return;
        round.results = results;
        view.draw();
        this.#session.start(lane);
        this.#composer.isRunning = true;
      },
      inspect: inspectDialog,
      costOf: (answer) => costOf(this.#app.models, answer),
    };
    const view = new LaneView(lane, actions, () => this.#end.follow());
    return view;
  }

  /** Requests this answer again and removes all later turns. */
  #retry(lane: Lane): void {
    if (this.#session.isRunning) return;
    const { turns } = this.#session.conversation;
    const index = turns.findIndex(({ lanes }) => lanes.includes(lane));
    turns.splice(index + 1);
    lane.rounds = [];
    this.#lanes.get(lane)?.draw();
    this.#start(() => this.#session.start(lane), []);
  }

  #edit(index: number, text: string): void {
    if (this.#session.isRunning) return;
    const { turns } = this.#session.conversation;
    const turn = turns[index];
    if (!turn) return;
    turns.splice(index);
    this.#send(text, turn.pictures);
  }

  #open(conversation: Conversation): void {
    this.#session.stop();
    document.body.classList.remove('side-open');
    this.#lanes.clear();
    this.#session = this.#newSession(conversation);
    this.#settings.value = conversation.settings;
    if (conversation.models.length > 0) this.#picker.chosen = conversation.models;
    for (const { lanes } of conversation.turns) for (const lane of lanes) this.#lanes.set(lane, this.#laneView(lane));
    this.#composer.isRunning = false;
    this.#draw();
    void this.#drawHistory();
    this.#composer.prompt.focus();
  }

  async #remove(conversation: Conversation): Promise<void> {
    this.#removed.add(conversation.id);
    await this.#history.remove(conversation.id);
    if (conversation.id === this.#session.conversation.id) this.#open(this.#newConversation());
    await this.#drawHistory();
  }

  async #save(conversation: Conversation): Promise<void> {
    // The end of a running answer must not bring a deleted chat back.
    if (this.#removed.has(conversation.id)) return;
    conversation.updatedAt = Date.now();
    await this.#history.save(conversation);
    await this.#drawHistory();
  }

  async #drawHistory(): Promise<void> {
    this.#list.show(await this.#history.list(), this.#session.conversation.id);
  }

  #draw(): void {
    const { title, turns } = this.#session.conversation;
    this.#title.textContent = title;
    const drawn = turns.map((turn, index) => {
      const lanes = turn.lanes.flatMap((lane) => this.#lanes.get(lane) ?? []);
      return turnView(turn, lanes, (text) => this.#edit(index, text));
    });
    this.#turns.replaceChildren(...drawn, ...(turns.length === 0 ? [emptyChat((text) => this.#suggest(text))] : []));
  }

  #suggest(text: string): void {
    this.#composer.prompt.value = text;
    this.#composer.root.requestSubmit();
    this.#composer.prompt.focus();
  }

  #toggleSettings(open?: boolean): void {
    document.body.classList.toggle('settings-open', open);
  }

  #copyAs(): void {
    const { conversation } = this.#session;
    copyAsDialog(wantedNow(conversation, this.#picker.chosen, this.#composer.prompt.value.trim()), conversation.settings.dialect);
  }
}
