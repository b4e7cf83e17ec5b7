import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { check } from '../support/checker/check.ts';

/** A connection for each stream, as many as there are. */
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

/** What a client receives in one answer. */
export interface Told {
  readonly status: number;
  readonly text: string;
  readonly ending: 'finish' | 'error' | 'none';
}

let requestCount = 0;

/**
 * Asks for a chat completion as a stream and resolves with the head of the answer. Every other question is sent in
 * chunks, without its length.
 */
export function open(url: string, model: string, said: string): Promise<{ answer: IncomingMessage; abort: () => void }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ answer: IncomingMessage; abort: () => void }>();
  const body = JSON.stringify({ model: `up/${model}`, stream: true, messages: [{ role: 'user', content: said }] });
  const call = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
  call.on('error', reject);
  call.on('response', (answer) => {
    answer.on('error', () => {});
    resolve({ answer, abort: () => call.destroy() });
  });
  if (requestCount++ % 2 === 0) call.flushHeaders();
  call.end(body);
  return promise;
}

/** The whole answer, held to the byte contract. */
export async function read(url: string, model: string, said: string): Promise<Told> {
  const { answer } = await open(url, model, said);
  const bytes = await bytesOf(answer);
  const status = answer.statusCode ?? 0;
  if (status !== 200) return { status, text: '', ending: 'error' };
  const { violations, terminal, truth } = check('openai-chat', bytes);
  if (violations.length > 0) throw new Error(`${model}, ${said}: ${violations.join('; ')}`);
  return { status, text: truth.text, ending: terminal };
}

export async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Runs `count` jobs, so many at a time. */
export async function inParallel(count: number, atOnce: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Waits until this holds, looking often; fails after ten seconds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = performance.now(); !(await holds()); ) {
    if (performance.now() - start > 10_000) throw new Error('It did not happen within ten seconds.');
    await sleep(2);
  }
}
