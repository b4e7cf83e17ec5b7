import { nearest } from '../../lib/config/nearest.ts';

/** An invalid command line. The message has what was expected and what was found. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
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
