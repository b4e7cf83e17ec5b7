import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type Killable, kill, startKillable } from '../support/killable.ts';
import { type ObedientProvider, obedientProvider } from '../support/obedient-provider.ts';

/** How many rounds of so many answers there are, and how many processes are killed while each of them is produced. */
const rounds = process.env.SLUICE_TEST_FULL ? 10 : 1;
const answers = 10;
const kills = 2;
/** Each process is killed once it has sent more than so many further characters of each of its answers. */
const sentBeforeDeath = 200;
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

/** What the client of one answer gets from one process. */
interface Received {
  answer: string;
}

/** Sends a request to a process, which may be killed in the middle of its answer. */
async function receive({ url }: Killable, key: string, received: Received): Promise<void> {
  const headers = { ...alice, 'content-type': 'application/json', 'idempotency-key': key };
  const body = JSON.stringify({ model: 'continued', stream: true, messages: [{ role: 'user', content: 'Count.' }] });
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) received.answer += decoder.decode(piece, { stream: true });
  } catch {
    // The process was killed.
  }
}

describe('a text whose processes are killed one after the other', () => {
  test(`is whole in each of ${rounds * answers} answers, and only its rest is paid again (A18)`, {
    timeout: 600_000,
  }, async () => {
    for (let round = 0; round < rounds; round++) {
      const before = provider.sent.length;
      const previous = Array.from({ length: answers }, () => 0);
      for (let generation = 0; generation <= kills; generation++) {
        const options = { durability: 'strict', provider: provider.url, environment: table.environment } as const;
        const running = await startKillable({ ...options, aheadMs: generation * aheadMs });
        processes.push(running);
        const all = previous.map((): Received => ({ answer: '' }));
        const reading = all.map((received, at) => receive(running, `again-${round}-${at}`, received));
        const lengths = () => all.map(({ answer }) => contentOf(answer).length);
        if (generation < kills) {
          const enough = () => lengths().every((length, at) => length > (previous[at] ?? 0) + sentBeforeDeath);
          await expect.poll(enough, { timeout: 60_000, interval: 20 }).toBe(true);
          await kill(running);
        }
        await Promise.all(reading);
        for (const { answer } of all) {
          if (generation === kills) {
            expect(contentOf(answer)).toBe(text);
            expect(answer.trimEnd().endsWith('data: [DONE]')).toBe(true);
          } else {
            expect(text.startsWith(contentOf(answer))).toBe(true);
            expect(answer).not.toContain('[DONE]');
          }
        }
        // What a client has seen is never lost.
        for (const [at, length] of lengths().entries()) expect(length).toBeGreaterThan(previous[at] ?? 0);
        previous.splice(0, answers, ...lengths());
      }
      const sent = provider.sent.slice(before).toSorted((one, other) => other - one);
      expect(sent).toHaveLength(answers * (kills + 1));
      // No later call makes the whole text once more.
      expect(sent[answers]).toBeLessThan(text.length - sentBeforeDeath / 2);
    }
  });
});
