import { button } from './button.ts';
import { type Child, element } from './element.ts';

interface DialogSettings {
  readonly title: readonly Child[];
  readonly class: string;
  /** Shown beside the title, before the close button. */
  readonly actions?: readonly Child[];
}

/** Opens a modal dialog and removes it from the page when it closes. */
export function openDialog(
  { title, class: kind, actions = [] }: DialogSettings,
  ...content: readonly Child[]
): HTMLDialogElement {
  const dialog: HTMLDialogElement = element(
    'dialog',
    { class: kind, 'aria-labelledby': 'dialog-title' },
    element(
      'header',
      { class: 'dialog-head' },
      element('h2', { id: 'dialog-title' }, ...title),
      ...actions,
      button({ label: 'Close', icon: 'close', iconOnly: true, onClick: () => dialog.close() }),
    ),
    ...content,
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
