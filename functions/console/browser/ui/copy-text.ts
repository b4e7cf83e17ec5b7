/** Copies text. A page served over plain HTTP from another machine has no clipboard API, only the older command. */
export async function copyText(text: string): Promise<void> {
  // TypeScript's types assume a secure page.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard) return clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  // Elements outside an open dialog can't get the focus.
  const place = document.querySelector('dialog[open]') ?? document.body;
  place.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
