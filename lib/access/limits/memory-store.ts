import { type Amounts, countedIn, type LimitStore, type Window } from './store.ts';

/**
 * A store for one process. It only holds the current windows and active leases of each key, so its size depends on
 * the number of keys and limits and not on the number of requests.
 */
export function memoryStore(): LimitStore {
  const windows = new Map<string, { start: number; totals: Amounts }>();
  const leases = new Map<string, Map<string, number>>();

  function totalsOf({ keyId, span, start }: Window): Amounts {
    const name = `${span} ${keyId}`;
    const found = windows.get(name);
    // A clock that steps back must not replace the current window with a new one.
    if (found && found.start >= start) return found.totals;
    const totals: Amounts = {};
    windows.set(name, { start, totals });
    return totals;
  }

  return {
    async add(window, amounts, limits) {
      const totals = totalsOf(window);
      const sums = countedIn(amounts).map(([name, amount]) => [name, (totals[name] ?? 0) + amount] as const);
      const accepted = sums.every(([name, sum]) => sum <= (limits[name] ?? Number.POSITIVE_INFINITY));
      if (accepted) Object.assign(totals, Object.fromEntries(sums));
      return { accepted, totals: { ...totals } };
    },

    async correct(window, amounts) {
      // A past window has no effect any more.
      const found = windows.get(`${window.span} ${window.keyId}`);
      if (found?.start !== window.start) return;
      for (const [name, amount] of countedIn(amounts)) found.totals[name] = (found.totals[name] ?? 0) + amount;
    },

    async take(keyId, { id, until }, most, now) {
      const active = leases.get(keyId) ?? new Map<string, number>();
      leases.set(keyId, active);
      if (active.size >= most) {
        for (const [other, end] of active) if (end <= now) active.delete(other);
      }
      if (active.size >= most) return false;
      active.set(id, until);
      return true;
    },

    async release(keyId, { id }) {
      leases.get(keyId)?.delete(id);
    },
  };
}
