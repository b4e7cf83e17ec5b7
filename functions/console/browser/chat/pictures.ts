import type { Picture } from '../requests/conversation.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';

/** The types that every vision provider accepts. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** Anthropic's limit, the smallest of all providers. */
const maxBytes = 5 << 20;

/** Reads the pictures among the files. Returns a sentence for each file that can't be attached. */
export async function readPictures(files: Iterable<File>): Promise<{ pictures: Picture[]; refusals: string[] }> {
  const pictures: Picture[] = [];
  const refusals: string[] = [];
  for (const file of files) {
    if (!pictureTypes.includes(file.type)) refusals.push(`${file.name} is not a PNG, JPEG, GIF or WebP picture.`);
    else if (file.size > maxBytes) refusals.push(`${file.name} is larger than 5 MB.`);
    else pictures.push({ mediaType: file.type, data: await base64(file), name: file.name || 'pasted picture' });
  }
  return { pictures, refusals };
}

async function base64(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
  return promise;
}

/** A small view of a picture, with a remove button if `onRemove` is given. */
export function thumbnail(picture: Picture, onRemove?: () => void): HTMLElement {
  const { mediaType, data, name } = picture;
  return element(
    'div',
    { class: 'thumbnail' },
    element('img', { src: `data:${mediaType};base64,${data}`, alt: name }),
    onRemove && button({ label: `Remove ${name}`, icon: 'close', iconOnly: true, class: 'small', onClick: onRemove }),
  );
}
