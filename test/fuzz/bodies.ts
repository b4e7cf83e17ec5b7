import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseJsonBody } from '../../lib/http/json-body.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { told } from './compare.ts';
import { conversations } from './conversation.ts';
import { talkers } from './talkers.ts';

/** The bytes of a request, some of them not what the client meant. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly gzip: boolean;
}

/** Bytes that are no UTF-8, or half of a character. */
const strays = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 2 }),
  fc.constantFrom([0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe5, 0x8c], [0x80]).map((bytes) => Uint8Array.from(bytes)),
);

export const bodies: fc.Arbitrary<Body> = fc
  .record(
    {
      conversation: conversations,
      talker: fc.nat(talkers.length - 1),
      stray: fc.record({ at: fc.nat(1000).map((part) => part / 1000), bytes: strays }),
      gzip: fc.boolean(),
    },
    { requiredKeys: ['conversation', 'talker', 'gzip'] },
  )
  .map(({ conversation, talker, stray, gzip }) => {
    const whole = Buffer.from(JSON.stringify(talkers[talker]?.body(conversation)));
    const at = Math.round((stray?.at ?? 0) * whole.length);
    return { bytes: Buffer.concat([whole.subarray(0, at), stray?.bytes ?? [], whole.subarray(at)].map(Buffer.from)), gzip };
  });

/** What is wrong with how these bytes are read: they are JSON in UTF-8 and read as such, or refused. */
export async function bodyFaults({ bytes, gzip }: Body): Promise<string[]> {
  const meant = strictly(bytes);
  const headers = { ...(gzip && { 'content-encoding': 'gzip' }) };
  try {
    const request = new Request('http://localhost/', { method: 'POST', headers, body: 'any' });
    const read = parseJsonBody(gzip ? gzipSync(bytes) : bytes, request, 1 << 20);
    return told(read) === told(meant) ? [] : [`read as ${told(read)}`];
  } catch (thrown) {
    if (!(thrown instanceof SluiceError) || thrown.status !== 400) return [`threw ${thrown}`];
    return meant === undefined ? [] : [`refused: ${thrown.message}`];
  }
}

/** The value, or nothing where the bytes are no JSON object in UTF-8. */
function strictly(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** This case for a person. */
export function printedBody({ bytes, gzip }: Body): string {
  return `${gzip ? 'gzip of ' : ''}${JSON.stringify(Buffer.from(bytes).toString('latin1'))}`;
}
