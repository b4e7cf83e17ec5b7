import { button } from '../ui/button.ts';
import { openDialog } from '../ui/dialog.ts';
import { element } from '../ui/element.ts';
import type { Conversation } from './conversation.ts';
import { asMarkdown, download, fileNameOf } from './export.ts';

/** Offers a conversation as a Markdown or JSON file. */
export function exportDialog(conversation: Conversation): void {
  const save = (label: string, extension: string, type: string, text: () => string) =>
    button({
      label,
      icon: 'download',
      onClick: () => {
        download(fileNameOf(conversation, extension), type, text());
        dialog.close();
      },
    });
  const dialog = openDialog(
    { class: 'small-dialog', title: ['Export this chat'] },
    element(
      'div',
      { class: 'row' },
      save('Markdown', 'md', 'text/markdown', () => asMarkdown(conversation)),
      save('JSON', 'json', 'application/json', () => JSON.stringify(conversation, null, 2)),
    ),
  );
}
