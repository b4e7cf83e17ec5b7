import { nearest } from '../../lib/config/nearest.ts';

/** A key command can't do its work. The message has the reason and, if there is one, the fix. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** ` Did you mean "my-app"?` for an id that is close to one of these, as a second sentence. */
export function didYouMean(id: string, keys: readonly { readonly id: string }[]): string {
  const [near] = nearest(
    id,
    keys.map((key) => key.id),
    1,
  );
  return near === undefined ? '' : `. Did you mean ${JSON.stringify(near)}?`;
}
