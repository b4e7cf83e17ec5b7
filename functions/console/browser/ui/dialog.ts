import { button } from './button.ts';
import { type Child, element } from './element.ts';

interface DialogSettings {
  readonly title: readonly Child[];
  readonly class: string;
  /** Stands beside the title, before the button that closes. */
  readonly actions?: readonly Child[];
}

/** Opens a dialog over the page. It is gone once it is closed: by its button, by Escape, or by what it was for. */
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
