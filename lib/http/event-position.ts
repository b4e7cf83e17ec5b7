import { SluiceError } from '../stream/errors.ts';
import type { AppContext } from './host.ts';

/**
 * The position after which a client wants to read on. The header is the later word: an EventSource that reconnects
 * sends it with the URL that it began with. Throws `invalid_request` for anything that is not a position.
 */
export function eventPosition({ req }: AppContext): number | undefined {
  const header = req.header('last-event-id');
  return header ? positionFrom('Last-Event-ID', header) : positionFrom('after', req.query('after'));
}

/** The position in a parameter of this name. Throws `invalid_request` for any other value. */
export function positionFrom(name: string, sent: string | undefined): number | undefined {
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
