import { highlighted } from '../markdown/highlight.ts';
import { MarkdownView } from '../markdown/render.ts';
import type { AnswerBlock } from '../run/blocks.ts';
import { element } from '../ui/element.ts';
import { duration } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';

interface BlockView {
  readonly root: HTMLElement;
  update(block: AnswerBlock, isLast: boolean): void;
}

/** Shows the blocks of one answer and updates them as they grow. */
export class AnswerView {
  readonly root = element('div', { class: 'answer' });
  readonly #views: BlockView[] = [];

  update(blocks: readonly AnswerBlock[], isRunning: boolean): void {
    for (const [index, block] of blocks.entries()) {
      let view = this.#views[index];
      if (!view) {
        view = makers[block.kind](block);
        this.#views.push(view);
        this.root.append(view.root);
      }
      const isLast = index === blocks.length - 1;
      if (isLast || index >= blocks.length - 2 || !isRunning) view.update(block, isLast && isRunning);
    }
  }
}

const makers: Readonly<Record<AnswerBlock['kind'], (block: AnswerBlock) => BlockView>> = {
  text: textView,
  reasoning: reasoningView,
  tool: toolView,
  'redacted-reasoning': () => fixed(element('p', { class: 'aside' }, 'The provider keeps this part of the reasoning to itself.')),
  image: imageView,
  provider: (block) =>
    fixed(element('p', { class: 'aside' }, icon('tool'), `The provider ran ${block.kind === 'provider' ? block.name : ''}.`)),
};

function fixed(root: HTMLElement): BlockView {
  return { root, update() {} };
}

function textView(): BlockView {
  const view = new MarkdownView();
  return {
    root: view.root,
    update(block, isLast) {
      if (block.kind === 'text') view.show(isLast ? block.text : fenced(block.text));
    },
  };
}

/** Shows an answer that is JSON, such as one with a schema, as a code block. */
function fenced(text: string): string {
  const json = /^\s*[{[]/.test(text) ? pretty(text) : text;
  return json === text ? text : `\`\`\`json\n${json}\n\`\`\``;
}

/** Open while the model thinks. Closes once when the reasoning ends. */
function reasoningView(): BlockView {
  const title = element('span', {}, 'Thinking');
  const text = element('div', { class: 'thought' });
  const root = element('details', { class: 'reasoning', open: true }, element('summary', {}, icon('down'), title), text);
  let isThinking = true;
  return {
    root,
    update(block, isLast) {
      if (block.kind !== 'reasoning') return;
      text.textContent = block.text;
      root.classList.toggle('running', isLast);
      if (isLast || !isThinking) return;
      isThinking = false;
      title.textContent = block.ms === undefined ? 'Thoughts' : `Thought for ${duration(block.ms)}`;
      root.open = false;
    },
  };
}

function toolView(block: AnswerBlock): BlockView {
  const code = element('code', {});
  const name = block.kind === 'tool' ? block.name : '';
  const root = element(
    'section',
    { class: 'tool-call', 'aria-label': `Calls ${name}` },
    element('h3', {}, icon('tool'), element('span', {}, 'Calls '), element('b', {}, name)),
    element('pre', { tabindex: 0, role: 'group', 'aria-label': `Arguments of ${name}` }, code),
  );
  return {
    root,
    update(current, isLast) {
      if (current.kind === 'tool') code.replaceChildren(...highlighted(isLast ? current.json : pretty(current.json), 'json'));
    },
  };
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json || '{}'), null, 2);
  } catch {
    return json;
  }
}

/** Accepts only image types, because a data URL of another type can be a document with a script. */
function imageView(block: AnswerBlock): BlockView {
  if (block.kind !== 'image' || !block.mediaType.startsWith('image/')) return fixed(element('p', { class: 'aside' }, 'An image'));
  return fixed(
    element('img', { class: 'made', alt: 'An image that the model made', src: `data:${block.mediaType};base64,${block.data}` }),
  );
}
