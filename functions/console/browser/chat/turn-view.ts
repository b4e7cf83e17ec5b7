import { button, copyButton } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import type { Turn } from './conversation.ts';
import type { LaneView } from './lane-view.ts';
import { thumbnail } from './pictures.ts';

/** A question and its answers. `onEdit` gets the edited question. */
export function turnView(turn: Turn, lanes: readonly LaneView[], onEdit: (text: string) => void): HTMLElement {
  const question = element('section', { class: 'question', 'aria-label': 'Your message' });
  const show = () => question.replaceChildren(...shown());

  function shown(): HTMLElement[] {
    return [
      element(
        'div',
        { class: 'bubble' },
        turn.pictures.length > 0 &&
          element('div', { class: 'thumbnails' }, ...turn.pictures.map((picture) => thumbnail(picture))),
        turn.text !== '' && element('div', { class: 'said' }, turn.text),
      ),
      element(
        'div',
        { class: 'question-actions' },
        copyButton('Copy your message', () => turn.text, { iconOnly: true }),
        button({ label: 'Edit your message', icon: 'edit', iconOnly: true, class: 'edit', onClick: edit }),
      ),
    ];
  }

  function edit(): void {
    const field = element('textarea', { rows: 3, 'aria-label': 'Your message, edited' });
    field.value = turn.text;
    const form = element(
      'form',
      { class: 'edit-form' },
      field,
      element(
        'div',
        { class: 'row' },
        element('span', { class: 'hint' }, 'Later messages are removed.'),
        button({ label: 'Cancel', onClick: show }),
        element('button', { type: 'submit', class: 'button primary' }, 'Send'),
      ),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      onEdit(field.value);
    });
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        show();
      } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    question.replaceChildren(form);
    field.focus();
  }

  show();
  const answers = element('div', { class: 'lanes', 'data-count': lanes.length }, ...lanes.map(({ root }) => root));
  return element('div', { class: 'turn' }, question, answers);
}
