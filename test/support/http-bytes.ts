import type { ProviderStream } from './provider-streams/provider-stream.ts';

/** The head of an answer that is not kept alive: every fault has a connection of its own, and leaves none behind. */
export function answerHead(status: number, headers: readonly string[]): Buffer {
  return Buffer.from([`HTTP/1.1 ${status} Any`, 'connection: close', ...headers, '', ''].join('\r\n'));
}

/** The head of a stream in chunks. */
export function streamHead({ contentType }: Pick<ProviderStream, 'contentType'>, more: readonly string[] = []): Buffer {
  const type = contentType === '' ? [] : [`content-type: ${contentType}`];
  return answerHead(200, [...type, 'transfer-encoding: chunked', ...more]);
}

/** One chunk of a chunked body; nothing for nothing, which would end it. */
export function chunkOf(...bytes: Uint8Array[]): Buffer {
  const body = Buffer.concat(bytes);
  if (body.length === 0) return body;
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** What ends a chunked body. */
export const endOfChunks: Buffer = Buffer.from('0\r\n\r\n');

/** A whole answer of another kind than a stream. */
export function plainAnswer(
  status: number,
  contentType: string,
  body: string | Uint8Array,
  more: readonly string[] = [],
): Buffer {
  const length = Buffer.byteLength(body);
  const type = contentType === '' ? [] : [`content-type: ${contentType}`];
  return Buffer.concat([answerHead(status, [...type, `content-length: ${length}`, ...more]), Buffer.from(body)]);
}
