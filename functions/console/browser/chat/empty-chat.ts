import { element } from '../ui/element.ts';

const suggestions: readonly (readonly [title: string, prompt: string])[] = [
  ['Explain', 'What is a sluice, and why would a stream need one?'],
  ['Write code', 'Write a Python function that reads server-sent events line by line.'],
  ['Compare', 'When is a queue better than a stream? Give three cases in a table.'],
  ['Think', 'A lock fills in 12 minutes and empties in 8. How many boats pass in a day?'],
];

/** The content of an empty chat: a title and a few prompts. */
export function emptyChat(onChoose: (prompt: string) => void): HTMLElement {
  const cards = suggestions.map(([title, prompt]) => {
    const card = element('button', { type: 'button', class: 'suggestion' }, element('b', {}, title), element('span', {}, prompt));
    card.addEventListener('click', () => onChoose(prompt));
    return card;
  });
  return element(
    'section',
    { class: 'empty-chat', 'aria-label': 'Start' },
    element('h2', {}, 'Start a chat'),
    element('p', {}, 'Any model behind this gateway, one or four at a time.'),
    element('div', { class: 'suggestions' }, ...cards),
  );
}
