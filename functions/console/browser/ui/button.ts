import { copyText } from './copy-text.ts';
import { element } from './element.ts';
import { type IconName, icon } from './icon.ts';

interface ButtonSettings {
  readonly label: string;
  readonly icon?: IconName;
  /** Shows only the icon. The label becomes its accessible name and its tooltip. */
  readonly iconOnly?: boolean;
  readonly class?: string;
  readonly title?: string;
  readonly id?: string;
  readonly onClick?: (event: MouseEvent) => unknown;
}

/** A button with a label, an icon, or both. */
export function button({ label, icon: name, iconOnly, class: kind = '', title, id, onClick }: ButtonSettings): HTMLButtonElement {
  const made = element(
    'button',
    {
      type: 'button',
      class: `${iconOnly ? 'icon-button' : 'button'} ${kind}`.trim(),
      'aria-label': iconOnly && label,
      title: title ?? (iconOnly && label),
      id,
    },
    name && icon(name),
    !iconOnly && element('span', {}, label),
  );
  if (onClick) made.addEventListener('click', onClick);
  return made;
}

/** A button that copies the result of `text` and confirms it for a moment. */
export function copyButton(label: string, text: () => string, { iconOnly = false, class: kind = '' } = {}): HTMLButtonElement {
  const made = button({ label, icon: 'copy', iconOnly, class: kind });
  made.addEventListener('click', async () => {
    await copyText(text());
    const parts = [...made.childNodes];
    made.replaceChildren(icon('check'), ...(iconOnly ? [] : [element('span', {}, 'Copied')]));
    if (iconOnly) made.setAttribute('aria-label', 'Copied');
    setTimeout(() => {
      made.replaceChildren(...parts);
      if (iconOnly) made.setAttribute('aria-label', label);
    }, 1500);
  });
  return made;
}
