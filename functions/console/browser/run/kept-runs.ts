import type { RawEvent } from '../../../../lib/client/index.ts';
import type { RunRequest } from './run.ts';

/** What went over the wire for one answer. */
export interface Wire {
  readonly request: RunRequest;
  readonly events: readonly RawEvent[];
}

/** More events than this of one answer are not kept. */
export const maxKeptEvents = 5000;

/** What went over the wire, by the id of the request, until the page is left. */
export const wires = new Map<string, Wire>();
