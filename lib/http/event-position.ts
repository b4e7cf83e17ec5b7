import { SluiceError } from '../stream/errors.ts';
import type { AppContext } from './host.ts';

/**
 * The position after which a client wants to read on. The header is the later word: an EventSource that reconnects
 * sends it with the URL that it began with. Throws `invalid_request` for anything that is not a position.
 */
export function eventPosition({ req }: AppContext): number | undefined {
  const header = req.header('last-event-id');
  const [name, sent] = header ? ['Last-Event-ID', header] : ['after', req.query('after')];
  if (sent === undefined) return undefined;
  if (/^(0|[1-9]\d{0,14})$/.test(sent)) return Number(sent);
  throw new SluiceError(
    'invalid_request',
    `\`${name}\` must be the number of an event, from 0. Leave it out to read from the start.`,
    {
      param: name,
    },
  );
}
