import type { DialectName } from '../../../../lib/client/index.ts';
import { highlighted } from '../markdown/highlight.ts';
import type { Wanted } from '../requests/conversation.ts';
import { copyButton } from '../ui/button.ts';
import { openDialog } from '../ui/dialog.ts';
import { element } from '../ui/element.ts';
import type { Program } from './program.ts';
import { programs } from './programs.ts';

let last = programs[0]?.name;

/** Shows the page's request as a program, with one tab per client. */
export function copyAsDialog(wanted: Wanted, dialect: DialectName): void {
  const code = element('code', { id: 'code-text' });
  const install = element('code', { class: 'install' });
  const installRow = element(
    'p',
    { class: 'copy-row' },
    install,
    copyButton('Copy the install line', () => install.textContent ?? '', { iconOnly: true }),
  );
  const tabs = new Map<Program, HTMLButtonElement>();
  const show = (program: Program) => {
    last = program.name;
    for (const [other, tab] of tabs) {
      tab.setAttribute('aria-selected', String(other === program));
      tab.tabIndex = other === program ? 0 : -1;
    }
    const text = program.write(wanted, location.origin, dialect);
    code.replaceChildren(...highlighted(text, program.language));
    install.textContent = program.install ?? '';
    installRow.hidden = program.install === undefined;
  };
  for (const program of programs) {
    const tab = element('button', { type: 'button', role: 'tab', 'aria-controls': 'code-panel' }, program.name);
    tab.addEventListener('click', () => show(program));
    tabs.set(program, tab);
  }
  const list = element(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'Client', 'aria-orientation': 'vertical' },
    ...tabs.values(),
  );
  list.addEventListener('keydown', ({ key }) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[key];
    const all = [...tabs.values()];
    const next = all[(all.findIndex((tab) => tab.tabIndex === 0) + (step ?? 0) + all.length) % all.length];
    if (step === undefined) return;
    next?.click();
    next?.focus();
  });
  const panel = element(
    'div',
    { id: 'code-panel', role: 'tabpanel', 'aria-label': 'Code' },
    installRow,
    element('pre', { tabindex: 0, role: 'group', 'aria-label': 'Program' }, code),
  );
  openDialog(
    {
      class: 'copy-dialog',
      title: ['Copy as code'],
      actions: [copyButton('Copy', () => code.textContent ?? '', { class: 'primary' })],
    },
    element('div', { class: 'copy-body' }, list, panel),
    element('p', { class: 'hint' }, 'The key comes from the variable SLUICE_KEY. It is never in the code.'),
  );
  const first = programs.find(({ name }) => name === last) ?? programs[0];
  if (!first) return;
  show(first);
  tabs.get(first)?.focus();
}
