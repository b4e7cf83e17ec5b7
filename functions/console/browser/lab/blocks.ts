import type { AnswerEvent } from '../../../../lib/client/index.ts';
import { element } from '../ui/element.ts';

type Block = Extract<AnswerEvent, { type: 'block-start' }>['block'];

/** Shows the blocks of one answer as plain text, without any formatting. */
export class PlainBlocks {
  readonly root = element('div', { class: 'plain-answer', tabindex: 0, role: 'group', 'aria-label': 'Answer' });
  #text: Text | undefined;

  clear(): void {
    this.root.replaceChildren();
  }

  take(event: AnswerEvent): void {
    if (event.type === 'block-start') this.#begin(event.block);
    else if (event.type === 'text-delta' || event.type === 'reasoning-delta') this.#text?.appendData(event.text);
    else if (event.type === 'tool-delta') this.#text?.appendData(event.json);
  }

  #begin(block: Block): void {
    this.#text = document.createTextNode('');
    this.root.append(makers[block.kind](block, this.#text));
  }
}

const titled = (kind: string, title: string, text: Text) =>
  element(
    'section',
    { class: `block ${kind}`, 'aria-label': title },
    element('h3', {}, title),
    element('div', { class: 'said' }, text),
  );

/** Creates the element for each kind of block. */
const makers: Record<Block['kind'], (block: Block, text: Text) => HTMLElement> = {
  text: (_, text) => element('div', { class: 'block text said' }, text),
  reasoning: (_, text) => titled('reasoning', 'Reasoning', text),
  'redacted-reasoning': (_, text) => titled('reasoning', 'Reasoning that the provider keeps to itself', text),
  tool: (block, text) => titled('tool', block.kind === 'tool' ? `Calls ${block.name}` : 'Calls a tool', text),
  image: (_, text) => titled('image', 'An image', text),
  provider: (block, text) => titled('provider', block.kind === 'provider' ? `The provider runs ${block.name}` : '', text),
};
