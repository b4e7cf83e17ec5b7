import { setTimeout as wait } from 'node:timers/promises';
import { checkAnswer } from './check.ts';
import type { Child } from './child.ts';
import { type Answer, type Client, openClient, tokensWithin } from './client.ts';
import { median } from './median.ts';
import { requestFor } from './requests.ts';
import type { Row } from './rows.ts';
import type { Shape } from './shape.ts';

/** One running row. */
export interface Subject {
  readonly row: Row;
  readonly child: Child;
}

export const tokensPerSecond = 50;
/** Paced responses are this much longer than the measured window. */
const spareSeconds = 0.1;
export const flatOutStreams = 8;
export const concurrentClients = 16;
const oneToken: Shape = { tokens: 1, tokensPerWrite: 1, tokensPerSecond: 0 };

/** CPU time per token while all streams run. The window excludes the cost of the request itself. */
export async function cpuPaced({ row, child }: Subject, streams: number, windowMs: number): Promise<number> {
  const tokens = Math.ceil((windowMs / 1000 + spareSeconds) * tokensPerSecond);
  const shape: Shape = { tokens, tokensPerWrite: 1, tokensPerSecond };
  return withClient(child, async (client) => {
    const answers = await spread(client, row, shape, streams);
    await Promise.all(answers.map(({ begun }) => begun));
    const before = await reading(child, answers);
    await wait(windowMs);
    const after = await reading(child, answers);
    const bodies = await whole(answers, row, shape);
    const between = bodies.map(
      (body, index) => tokensWithin(body, after.sizes[index] ?? 0) - tokensWithin(body, before.sizes[index] ?? 0),
    );
    return (after.cpu - before.cpu) / sum(between);
  });
}

async function reading(child: Child, answers: readonly Answer[]): Promise<{ cpu: number; sizes: number[] }> {
  const { cpu } = await child.usage();
  return { cpu, sizes: answers.map(({ size }) => size) };
}

/** CPU time per token of a few long responses, including their requests. */
export async function cpuFlatOut({ row, child }: Subject, tokensPerWrite: number, tokens: number): Promise<number> {
  const shape: Shape = { tokens, tokensPerWrite, tokensPerSecond: 0 };
  return withClient(child, async (client) => {
    const before = await child.usage();
    const answers = Array.from({ length: flatOutStreams }, () => client.ask(requestFor(row, shape)));
    await Promise.all(answers.map(({ ended }) => ended));
    const after = await child.usage();
    await whole(answers, row, shape);
    return (after.cpu - before.cpu) / (flatOutStreams * tokens);
  });
}

export async function requestRate({ row, child }: Subject, forMs: number): Promise<number> {
  const asked = requestFor(row, oneToken);
  return withClient(child, async (client) => {
    const answers: Answer[] = [];
    const startedAt = performance.now();
    const runClient = async () => {
      do {
        const answer = client.ask(asked);
        answers.push(answer);
        await answer.ended;
      } while (performance.now() - startedAt < forMs);
    };
    await Promise.all(Array.from({ length: concurrentClients }, runClient));
    const seconds = (performance.now() - startedAt) / 1000;
    await whole(answers, row, oneToken);
    return answers.length / seconds;
  });
}

export async function firstToken({ row, child }: Subject, requests: number): Promise<number> {
  const asked = requestFor(row, oneToken);
  return withClient(child, async (client) => {
    const answers: Answer[] = [];
    for (let count = 0; count < requests; count++) {
      const answer = client.ask(asked);
      answers.push(answer);
      await answer.ended;
    }
    await whole(answers, row, oneToken);
    return median(await Promise.all(answers.map(({ begun }) => begun)));
  });
}

export async function peakMemory({ row, child }: Subject, streams: number, tokens: number): Promise<number> {
  const shape: Shape = { tokens, tokensPerWrite: 1, tokensPerSecond };
  return withClient(child, async (client) => {
    await whole(await spread(client, row, shape, streams), row, shape);
    const { peakMemory } = await child.usage();
    return peakMemory / 1e6;
  });
}

async function withClient(child: Child, run: (client: Client) => Promise<number>): Promise<number> {
  const client = openClient(child.url);
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

/** Spreads the stream starts over the time between two tokens, so that the streams are not in step. */
async function spread(client: Client, row: Row, shape: Shape, streams: number): Promise<Answer[]> {
  const stepMs = 1000 / tokensPerSecond / streams;
  const startedAt = performance.now();
  const answers: Answer[] = [];
  for (let index = 0; index < streams; index++) {
    const early = index * stepMs - (performance.now() - startedAt);
    if (early > 1) await wait(early);
    answers.push(client.ask(requestFor(row, shape)));
  }
  return answers;
}

/** The bodies at the end. Throws unless each one is complete. */
async function whole(answers: readonly Answer[], row: Row, shape: Shape): Promise<Buffer[]> {
  const bodies = await Promise.all(answers.map(({ ended }) => ended));
  for (const body of bodies) checkAnswer(row, shape, body);
  return bodies;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
