import { expect, test } from 'vitest';
import { freshKey, isBrokenKey } from '../../lib/access/key-form.ts';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { limited } from '../support/limited.ts';
import { randomFrom } from '../support/random.ts';

const random = randomFrom('broken keys');
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pick = (text: string) => text[Math.floor(random() * text.length)] ?? '';
const many = (count: number, make: () => string) => Array.from({ length: count }, make);
const digitsOf = (count: number) => many(count, () => pick(digits)).join('');

/** A key of ours with one of its digits changed. */
function changed(): string {
  const key = [...freshKey(pick('ab') === 'a' ? 'live' : undefined)];
  const places = [...key.keys()].slice(-40).filter((at) => key[at] !== '_');
  const at = places[Math.floor(random() * places.length)] ?? 0;
  key[at] = pick(digits.replace(key[at] ?? '', ''));
  return key.join('');
}

/** In our form, with no owner. */
const broken = many(500, changed).concat(many(300, () => `sluice_${digitsOf(43)}_${digitsOf(6)}`));
/** Almost of our form. */
const near = [
  ...many(100, () => freshKey().slice(0, -1 - Math.floor(random() * 40))),
  ...many(50, () => `${freshKey()}${pick(digits)}`),
  ...many(50, () => freshKey().replace('sluice_', pick('-_ .') + pick(digits))),
  `sluice_${'x'.repeat(1 << 16)}`,
  `sluice_${'_'.repeat(5000)}`,
  `sluice_live_${"' OR 1=1 --".repeat(4)}_000000`,
];
/** Valid, but never issued. */
const unknown = many(20, () => freshKey());

test(`${broken.length + near.length + unknown.length} unknown keys are rejected alike, without a read of any store`, async () => {
  const calls: string[] = [];
  const store = memoryStore();
  const names = ['add', 'correct', 'take', 'release'] as const;
  const watched = Object.fromEntries(
    names.map((name) => [
      name,
      (...given: never[]) => {
        calls.push(name);
        return (store[name] as (...all: never[]) => unknown)(...given);
      },
    ]),
  ) as unknown as LimitStore;
  const limits = { requestsPerMinute: 10_000, concurrentStreams: 10 };
  const { post, provider, log } = limited({ limits, store: watched });
  const body = { model: 'lab/model', messages: [{ role: 'user', content: 'Hello' }] };

  expect(broken.every(isBrokenKey)).toBe(true);
  for (const key of [...broken, ...near, ...unknown]) {
    for (const headers of [{ authorization: `Bearer ${key}` }, { authorization: '', 'x-api-key': key }] as Record<
      string,
      string
    >[]) {
      expect((await post('/v1/chat/completions', body, { headers })).status, key.slice(0, 80)).toBe(401);
    }
  }
  expect(calls).toEqual([]);
  expect(provider.calls).toHaveLength(0);
  const lines = log.join('\n');
  for (const key of [...broken, ...unknown]) expect(lines).not.toContain(key);

  expect((await post('/v1/chat/completions', body)).status).toBe(200);
  expect(calls).not.toEqual([]);
});
