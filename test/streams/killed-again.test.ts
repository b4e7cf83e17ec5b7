import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Killable, kill, startKillable } from '../support/killable.ts';
import { type ObedientProvider, obedientProvider } from '../support/obedient-provider.ts';

/** How many answers there are, and how many processes are killed while each of them is produced. */
const answers = process.env.SLUICE_TEST_FULL ? 100 : 10;
const kills = 2;
/** Each process finds the leases of those before it expired. */
const aheadMs = 20_000;
const text = words(400);

let table: TestTable;
let provider: ObedientProvider;
const processes: Killable[] = [];
beforeAll(async () => {
  table = await testTable();
  provider = await obedientProvider(text, 10);
});
afterAll(async () => {
  for (const { child } of processes) child.kill('SIGKILL');
  await provider.close();
  await table.close();
});

const contentOf = (answer: string) => [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');

/** Sends the same request to the next process, which is killed in the middle of its answer, and at last finishes it. */
async function answerOf(at: number, started: readonly Promise<Killable>[]): Promise<string[]> {
  const seen: string[] = [];
  for (const next of started) {
    const { url } = await next;
    const headers = { ...alice, 'content-type': 'application/json', 'idempotency-key': `again-${at}` };
    const body = JSON.stringify({ model: 'continued', stream: true, messages: [{ role: 'user', content: 'Count.' }] });
    const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
    const decoder = new TextDecoder();
    let answer = '';
    try {
      for await (const piece of response.body ?? []) answer += decoder.decode(piece, { stream: true });
    } catch {
      // The process was killed.
    }
    seen.push(answer);
  }
  return seen;
}

describe('a text whose processes are killed one after the other', () => {
  test(`is whole in each of ${answers} answers, and only its rest is paid again (A18)`, { timeout: 300_000 }, async () => {
    const all = Array.from({ length: kills + 1 }, () => Promise.withResolvers<Killable>());
    const started = all.map(({ promise }) => promise);
    const reading = Array.from({ length: answers }, (_, at) => answerOf(at, started));
    for (const [generation, { resolve }] of all.entries()) {
      const options = { durability: 'strict', provider: provider.url, environment: table.environment } as const;
      const running = await startKillable({ ...options, aheadMs: generation * aheadMs });
      processes.push(running);
      resolve(running);
      if (generation < kills) {
        await new Promise((done) => setTimeout(done, 2_000));
        await kill(running);
      }
    }
    for (const seen of await Promise.all(reading)) {
      const last = seen.at(-1) ?? '';
      expect(contentOf(last)).toBe(text);
      expect(last.trimEnd().endsWith('data: [DONE]')).toBe(true);
      // Each cut answer is a prefix, and no shorter than what its predecessor had stored.
      for (const cut of seen.slice(0, -1)) {
        expect(text.startsWith(contentOf(cut))).toBe(true);
        expect(cut).not.toContain('[DONE]');
        expect(contentOf(cut).length).toBeGreaterThan(0);
      }
    }
    expect(provider.sent).toHaveLength(answers * (kills + 1));
    // No later call makes the whole text once more.
    const later = provider.sent.toSorted((one, other) => other - one).slice(answers);
    expect(Math.max(...later)).toBeLessThan(text.length);
  });
});
