import type { Client } from '../support/clients.ts';
import { clients } from '../support/clients.ts';
import { type Spoken, spokenKinds } from '../support/spoken.ts';
import type { Fault } from './fault.ts';
import { hold } from './hold.ts';
import { type Mode, observe } from './observe.ts';
import { rows } from './rows.ts';

/** One fault of one kind of provider, met by the clients of one dialect. */
export interface Cell {
  readonly fault: Fault;
  readonly spoken: Spoken;
  readonly client: Client;
  readonly title: string;
}

/** These faults of every kind of provider that can have them, for every client. */
export function cellsOf(faults: readonly Fault[]): Cell[] {
  return faults.flatMap((fault) =>
    spokenKinds
      .filter(({ kind }) => !fault.kinds || fault.kinds.includes(kind))
      .flatMap((spoken) => clients.map((client) => ({ fault, spoken, client, title: titleOf(fault, spoken, client) }))),
  );
}

function titleOf({ row, name }: Fault, { kind }: Spoken, { dialect }: Client): string {
  return `${row}. ${rows[row]}: ${name}; ${kind} for ${dialect}`;
}

/** Meets the fault in each of these ways, all at once, and holds what is seen to what must be. */
export async function prove({ fault, spoken, client }: Cell, modes: readonly Mode[]): Promise<void> {
  const all = await Promise.all(modes.map(async (mode) => ({ mode, seen: await observe(fault, spoken, client, mode) })));
  for (const { mode, seen } of all) hold(seen, fault, spoken, client, mode);
}
