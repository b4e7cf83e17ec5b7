import DOMPurify from 'dompurify';
import { Marked, type Token, type Tokens } from 'marked';
import { copyButton } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { highlighted } from './highlight.ts';

/** HTML in an answer is shown as text. `undefined` skips marked's own HTML rule. */
const marked = new Marked({ gfm: true, breaks: true, tokenizer: { html: () => undefined, tag: () => undefined } });

/** The elements that markdown needs. Images are excluded because the model chooses their address. */
const tags = 'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr input li ol p pre strong table tbody td th thead tr ul';
const attributes = 'align checked disabled href start type';
const allowed = {
  ALLOWED_TAGS: tags.split(' '),
  ALLOWED_ATTR: attributes.split(' '),
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
};

/** Longer text is shown unformatted, because each new piece parses the whole text again. */
const maxCharacters = 200_000;

/** Renders growing markdown. Unchanged blocks keep their elements, so the reader's selection stays. */
export class MarkdownView {
  readonly root = element('div', { class: 'markdown' });
  #shown: string[] = [];

  show(text: string): void {
    if (text.length > maxCharacters) {
      this.root.textContent = text;
      this.root.classList.add('plain');
      return;
    }
    const tokens = marked.lexer(text).filter(({ type }) => type !== 'space');
    const sources = tokens.map(({ raw }) => raw);
    let same = 0;
    while (same < sources.length && sources[same] === this.#shown[same]) same++;
    while (this.root.childElementCount > same) this.root.lastElementChild?.remove();
    this.root.append(...tokens.slice(same).map(rendered));
    this.#shown = sources;
  }
}

/** Headings in an answer start below the page's own levels. */
function rendered(token: Token): HTMLElement {
  if (token.type === 'code') return codeBlock(token as Tokens.Code);
  const markup = marked.parser([token.type === 'heading' ? { ...token, depth: Math.min(6, token.depth + 3) } : token]);
  const place = element('div', { class: 'md-block' });
  place.append(DOMPurify.sanitize(markup, { ...allowed, RETURN_DOM_FRAGMENT: true }));
  for (const link of place.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const table of place.querySelectorAll('table')) table.replaceWith(scrollable(table));
  return place;
}

function scrollable(table: HTMLTableElement): HTMLElement {
  return element('div', { class: 'md-table', tabindex: 0, role: 'group', 'aria-label': 'Table' }, table.cloneNode(true));
}

function codeBlock({ text, lang = '' }: Tokens.Code): HTMLElement {
  const language = lang.split(/\s/, 1)[0] ?? '';
  return element(
    'figure',
    { class: 'code-block' },
    element(
      'figcaption',
      {},
      element('span', {}, language || 'code'),
      copyButton('Copy', () => text, { class: 'small quiet' }),
    ),
    element(
      'pre',
      { tabindex: 0, role: 'group', 'aria-label': language ? `Code in ${language}` : 'Code' },
      element('code', {}, ...highlighted(text, language)),
    ),
  );
}
