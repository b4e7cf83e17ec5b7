import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import type { Conversation } from './conversation.ts';

interface Actions {
  open(conversation: Conversation): void;
  remove(conversation: Conversation): void;
}

/** Lists the stored conversations by day, with a search over the user's messages. */
export class HistoryList {
  readonly root: HTMLElement;
  readonly #search = element('input', {
    type: 'search',
    placeholder: 'Search chats',
    'aria-label': 'Search chats',
    autocomplete: 'off',
  });
  readonly #list = element('div', { class: 'history-items' });
  readonly #actions: Actions;
  #conversations: readonly Conversation[] = [];
  #openId = '';

  constructor(actions: Actions) {
    this.#actions = actions;
    this.root = element('section', { class: 'history', 'aria-label': 'Chats' }, this.#search, this.#list);
    this.#search.addEventListener('input', () => this.#draw());
  }

  show(conversations: readonly Conversation[], openId: string): void {
    this.#conversations = conversations;
    this.#openId = openId;
    this.#draw();
  }

  #draw(): void {
    const typed = this.#search.value.trim().toLowerCase();
    const found = this.#conversations.filter(
      (conversation) => typed === '' || JSON.stringify(saidIn(conversation)).toLowerCase().includes(typed),
    );
    const days = Map.groupBy(found, ({ updatedAt }) => dayOf(updatedAt, Date.now()));
    this.#search.hidden = this.#conversations.length < 5;
    this.#list.replaceChildren(
      ...[...days].flatMap(([day, items]) => [element('p', { class: 'day' }, day), ...items.map((item) => this.#item(item))]),
    );
    if (found.length === 0)
      this.#list.append(element('p', { class: 'hint' }, typed ? 'Nothing found.' : 'Your chats stay in this browser.'));
  }

  #item(conversation: Conversation): HTMLElement {
    const isOpen = conversation.id === this.#openId;
    const open = element('button', { type: 'button', class: 'open', 'aria-current': isOpen && 'true' }, conversation.title);
    open.addEventListener('click', () => this.#actions.open(conversation));
    const remove = button({
      label: `Delete ${conversation.title}`,
      icon: 'trash',
      iconOnly: true,
      class: 'small',
      onClick: () => this.#actions.remove(conversation),
    });
    return element('div', { class: `history-item${isOpen ? ' current' : ''}` }, open, remove);
  }
}

function saidIn({ title, turns }: Conversation): string[] {
  return [title, ...turns.map(({ text }) => text)];
}

function dayOf(time: number, now: number): string {
  const days = Math.floor(startOfDay(now) / 86_400_000) - Math.floor(startOfDay(time) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return days < 7 ? 'This week' : 'Earlier';
}

function startOfDay(time: number): number {
  const offset = new Date(time).getTimezoneOffset() * 60_000;
  return time - offset;
}
