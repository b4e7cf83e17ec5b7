import type { ConfigInput } from '../../lib/config/schema.ts';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { testTable } from './dynamodb-table.ts';
import { type Served, type ServeOptions, serve } from './serve.ts';

/** Two gateways that share nothing but the store of durable streams. */
export interface DurableGateways {
  readonly a: Served;
  readonly b: Served;
  /** The store, as one more process has it. */
  readonly log: StreamLog;
  /** How often the providers of both were called. */
  calls(): number;
  /** How many of those calls were broken off by a gateway. */
  aborts(): number;
  close(): Promise<void>;
}

export const keys = ['key-of-alice', 'key-of-bob'];
export const alice = { authorization: 'Bearer key-of-alice' };
export const bob = { authorization: 'Bearer key-of-bob' };

export type StoreName = 'memory' | 'dynamodb';

export async function durableGateways(
  store: StoreName,
  options: Omit<ServeOptions, 'streamLog' | 'keys'> & { streams?: ConfigInput['streams'] } = {},
): Promise<DurableGateways> {
  const table = store === 'dynamodb' ? await testTable() : undefined;
  const shared = memoryLog();
  const log = (): StreamLog => (table ? dynamodbLog({ access: table.access(), table: table.table, random: () => 0 }) : shared);
  const { streams, ...rest } = options;
  const config = { ...rest.config, ...(streams && { streams }) };
  const start = () => serve({ ...rest, config, keys, streamLog: log() });
  const [a, b] = await Promise.all([start(), start()]);
  const all = () => [...a.emulator.log, ...b.emulator.log];
  return {
    a,
    b,
    log: log(),
    calls: () => all().length,
    aborts: () => all().filter(({ closedByClient }) => closedByClient).length,
    async close() {
      await Promise.all([a.close(), b.close()]);
      await table?.close();
    },
  };
}

/** A request for a streamed answer that repeats this text, in tokens of one to three characters. */
export const chat = (text: string, more: object = {}) => ({
  model: 'demo/openai/echo',
  stream: true,
  messages: [{ role: 'user', content: text }],
  ...more,
});

/** A text of so many different words. */
export const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}`).join(' ');

/** The events of a stream as text, each with its blank line, without their ids. */
export function eventsIn(text: string): string[] {
  return text
    .split(/(?<=\n\n)/)
    .filter((event) => !event.startsWith(':'))
    .map((event) => event.replace(/^id: .*\n/, ''));
}

/** The ids of the events of a stream. */
export function idsIn(text: string): number[] {
  return [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => Number(id));
}

/** Reads about so many bytes of a response, then breaks its connection. */
export async function readPart(response: Response, bytes: number, controller: AbortController): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length >= bytes) break;
    }
  } finally {
    controller.abort();
  }
  return text;
}
