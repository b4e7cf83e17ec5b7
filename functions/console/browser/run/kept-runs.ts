import type { RawEvent } from '../../../../lib/client/index.ts';
import type { RunRequest } from './run.ts';

/** The request and the events of one answer. */
export interface Wire {
  readonly request: RunRequest;
  readonly events: readonly RawEvent[];
}

/** The maximum number of stored events per answer. */
export const maxKeptEvents = 5000;

/** By request id, until the page closes. */
export const wires = new Map<string, Wire>();
