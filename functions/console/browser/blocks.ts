import type { AnswerEvent } from '../../../lib/client/index.ts';
import { element } from './element.ts';

/** Shows the blocks of one answer as they grow: text, reasoning and calls of tools each as their own. */
export class Blocks {
  readonly #place: HTMLElement;
  #text: Text | undefined;

  constructor(place: HTMLElement) {
    this.#place = place;
    place.replaceChildren();
  }

  take(event: AnswerEvent): void {
    if (event.type === 'block-start') this.#begin(event.block);
    else if (event.type === 'text-delta' || event.type === 'reasoning-delta') this.#add(event.text);
    else if (event.type === 'tool-delta') this.#add(event.json);
  }

  #begin(block: Extract<AnswerEvent, { type: 'block-start' }>['block']): void {
    this.#text = document.createTextNode('');
    this.#place.append(made[block.kind](block, this.#text));
  }

  #add(text: string): void {
    this.#text?.appendData(text);
  }
}

type Block = Extract<AnswerEvent, { type: 'block-start' }>['block'];

const titled = (kind: string, title: string, text: Text) =>
  element(
    'section',
    { class: `block ${kind}`, 'aria-label': title },
    element('h3', {}, title),
    element('div', { class: 'said' }, text),
  );

/** How each kind of block looks. */
const made: Record<Block['kind'], (block: Block, text: Text) => HTMLElement> = {
  text: (_, text) => element('div', { class: 'block text said' }, text),
  reasoning: (_, text) => titled('reasoning', 'Reasoning', text),
  'redacted-reasoning': (_, text) => titled('reasoning', 'Reasoning that the provider keeps to itself', text),
  tool: (block, text) => titled('tool', block.kind === 'tool' ? `Calls ${block.name}` : 'Calls a tool', text),
  image: (_, text) => titled('image', 'An image', text),
  provider: (block, text) => titled('provider', block.kind === 'provider' ? `The provider runs ${block.name}` : '', text),
};
