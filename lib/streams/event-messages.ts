import type { Json } from '../stream/json.ts';
import type { Batch } from './batch.ts';
import { recordReader } from './records.ts';
import type { StreamAddress, StreamLog } from './stream-log.ts';

const recordsAtOnce = 12;

/** The events of a batch as JSON: the data of server-sent events, text where it isn't JSON, and base64 of binary frames. */
export function eventMessages({ events }: Batch): Json[] {
  return events.map((event) => {
    const text = Buffer.from(event).toString();
    if (!/^(data|event): /.test(text))
      return text.startsWith('{') ? (JSON.parse(text) as Json) : Buffer.from(event).toString('base64');
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line]) => line).join('\n');
    try {
      return JSON.parse(data) as Json;
    } catch {
      return data;
    }
  });
}

/** All that is stored now. */
export async function storedBatches(
  address: StreamAddress,
  log: StreamLog,
): Promise<{ messages: Json[]; count: number; isClosed: boolean }> {
  const batchOf = recordReader();
  const messages: Json[] = [];
  let isClosed = false;
  for (let position = 0; ; ) {
    const records = await log.read(address, position, recordsAtOnce);
    if (records.length === 0) return { messages, count: messages.length, isClosed };
    position += records.length;
    for (const batch of records.map(batchOf)) {
      if (batch) messages.push(...eventMessages(batch));
      isClosed ||= batch?.end !== undefined;
    }
  }
}
