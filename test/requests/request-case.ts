import { expect } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { objectOf } from '../support/truth/truth.ts';
import type { Scripted } from './scripted-upstream.ts';
import type { ClientRequest, Outcome } from './strict-lab.ts';

/** A situation from public bug reports, with a request of ours that shows it. */
export interface RequestCase extends ClientRequest {
  /** What is expected, as the title of a test. */
  readonly title: string;
  /** The reports, as `owner/name#number`. */
  readonly reports: readonly string[];
  /** What the provider answers, where the case is about that. */
  readonly scripted?: Scripted;
  /** What holds beside a whole answer; with `refused`, instead of one. */
  readonly check?: (outcome: Outcome) => void;
  /** Sluice answers with an error; `check` looks at it. */
  readonly refused?: true;
}

/** Fails unless the client got an answer that is whole and well formed. */
export function expectAnswer({ status, text, reading, json }: Outcome): void {
  expect(status, text).toBe(200);
  if (reading) {
    expect(reading.violations).toEqual([]);
    expect(reading.terminal, text).toBe('finish');
  } else {
    expect(json.error, text).toBeFalsy();
  }
}

/** The body of the last call that reached the provider. */
export function lastBody({ sent }: Outcome): JsonObject {
  return objectOf(sent.at(-1)?.body);
}

/** The objects of a list anywhere in a body: `pick(body, 'messages', 1, 'content')`. */
export function pick(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
}
