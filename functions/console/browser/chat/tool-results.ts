import type { AnswerBlock } from '../run/blocks.ts';
import { element } from '../ui/element.ts';
import type { ToolResult } from './conversation.ts';

type ToolBlock = Extract<AnswerBlock, { kind: 'tool' }>;

/** A form in which the user types the results of the called tools. */
export function toolResultForm(calls: readonly ToolBlock[], onSend: (results: readonly ToolResult[]) => void): HTMLFormElement {
  const fields = calls.map(({ id, name }, index) => ({
    id,
    name,
    label: calls.length > 1 ? `Result of ${name} (${index + 1})` : `Result of ${name}`,
    input: element('textarea', { rows: 2, placeholder: 'What the tool answers, as text or JSON', class: 'mono' }),
  }));
  const form = element(
    'form',
    { class: 'tool-results' },
    ...fields.map(({ label, input }) => element('label', { class: 'stacked' }, label, input)),
    element('button', { type: 'submit', class: 'button primary' }, calls.length > 1 ? 'Send results' : 'Send result'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onSend(fields.map(({ id, name, input }) => ({ id, name, text: input.value })));
  });
  for (const { input } of fields) {
    input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }
  return form;
}

/** Shows the sent results. */
export function shownResults(results: readonly ToolResult[]): HTMLElement[] {
  return results.map(({ name, text }) =>
    element(
      'section',
      { class: 'tool-result', 'aria-label': `Result of ${name}` },
      element('h3', {}, element('b', {}, name), ' answered'),
      element('pre', { tabindex: 0, role: 'group', 'aria-label': `What ${name} answered` }, text),
    ),
  );
}
