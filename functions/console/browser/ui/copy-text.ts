/** Copies a text. A page that came over plain HTTP from another machine has no clipboard, only the older command. */
export async function copyText(text: string): Promise<void> {
  // The types know no page without a clipboard.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard) return clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  // A dialog lets nothing outside of it have the focus.
  const place = document.querySelector('dialog[open]') ?? document.body;
  place.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
