import type { Client } from '../support/clients.ts';
import { pairs } from '../support/pairs.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import type { Fault } from './fault.ts';
import { hold } from './hold.ts';
import { type Mode, observe } from './observe.ts';
import { rows } from './rows.ts';

/** One fault of one kind of provider, met by the clients of one dialect. */
export interface Cell {
  readonly fault: Fault;
  readonly providerStream: ProviderStream;
  readonly client: Client;
  readonly title: string;
}

/** How many clients meet a fault in a reduced run; another fault is met by others. */
const fewestClients = 4;

/** These faults of every kind of provider that can have them, for every client. */
export function cellsOf(faults: readonly Fault[]): Cell[] {
  return faults.flatMap((fault, turn) => {
    const kinds = spokenKinds.filter(({ name }) => !fault.kinds || fault.kinds.includes(name));
    return pairs(turn * 3, kinds, fewestClients).map(({ providerStream, client }) => ({
      fault,
      providerStream,
      client,
      title: titleOf(fault, providerStream, client),
    }));
  });
}

function titleOf({ row, name }: Fault, { name: providerStream }: ProviderStream, { dialect }: Client): string {
  return `${row}. ${rows[row]}: ${name}; ${providerStream} for ${dialect}`;
}

/** Meets the fault in each of these ways, all at once, and holds what is seen to what must be. */
export async function prove({ fault, providerStream, client }: Cell, modes: readonly Mode[]): Promise<void> {
  const all = await Promise.all(modes.map(async (mode) => ({ mode, seen: await observe(fault, providerStream, client, mode) })));
  for (const { mode, seen } of all) hold(seen, fault, providerStream, client, mode);
}
