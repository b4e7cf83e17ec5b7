import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStrictLab, type StrictLab } from '../requests/strict-lab.ts';
import { expectDocument } from '../support/document.ts';
import { answerOf, cachingProviders, counts, membersWith, readingClients } from './cached-usage.ts';
import { type MarkingClient, markedTargets, markingClients, marksIn, type Place, places } from './marked-requests.ts';
import { cachingPage } from './page.ts';

let lab: StrictLab;
beforeAll(async () => {
  lab = await openStrictLab();
});
afterAll(() => lab.close());

/** What becomes of a mark, as the page shows it. */
async function fate({ client, without, body }: MarkingClient, model: string, place: Place): Promise<string> {
  if (without.includes(place)) return '—';
  const outcome = await lab.send({ client, model, body: body(place) }, true);
  const call = outcome.sent.findLast(({ method }) => method === 'POST');
  const dropped = outcome.dropped.filter((field) => field.includes('cache'));
  const marks = marksIn(call?.body);
  expect({ status: outcome.status, text: outcome.status === 200 ? '' : outcome.text }).toEqual({ status: 200, text: '' });
  expect(marks.length + dropped.length, `${client} ${model} ${place}`).toBe(1);
  expect(marks.every(({ keepsLifetime }) => keepsLifetime)).toBe(true);
  const [mark] = marks;
  return mark ? `\`${mark.path.split('.').at(-1)}\`` : 'dropped';
}

const marks: { title: string; rows: string[][] }[] = [];
const usage: string[][] = [];

describe('a mark for the prompt cache', () => {
  it.each(markingClients)('of $title is carried to every provider that has one, or dropped and listed', async (client) => {
    const rows: string[][] = [];
    for (const [name, model] of markedTargets) {
      const row = [name];
      for (const place of places) row.push(await fate(client, model, place));
      rows.push(row);
    }
    marks.push({ title: client.title, rows });
  });
});

describe('cached tokens', () => {
  it.each(readingClients)('of every provider are shown to clients of $title', async (client) => {
    const read = new Set<string>();
    const written = new Set<string>();
    for (const provider of cachingProviders) {
      const payloads = await answerOf(provider, client);
      const readHere = membersWith(counts.read, payloads);
      const writtenHere = membersWith(counts.written, payloads);
      expect(readHere.length > 0, `${provider.name}, read`).toBe(!client.countless);
      expect(writtenHere.length > 0, `${provider.name}, written`).toBe(provider.reportsWrites && !client.countless);
      for (const member of readHere) read.add(member);
      for (const member of writtenHere) written.add(member);
    }
    const cell = (members: Set<string>) => [...members].map((member) => `\`${member}\``).join(', ') || '—';
    usage.push([client.title, cell(read), cell(written)]);
  });
});

it('the page on prompt caching is up to date', () => {
  expectDocument('docs/prompt-caching.md', cachingPage({ places, marks, usage }));
});
