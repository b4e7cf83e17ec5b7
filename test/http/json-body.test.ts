import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { canonicalPath } from '../../lib/http/canonical-path.ts';
import { parseJsonBody, readBody } from '../../lib/http/json-body.ts';

const limit = 1000;
async function read(body: BodyInit | null, headers: Record<string, string> = {}) {
  const request = new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  return parseJsonBody(await readBody(request, limit), request, limit);
}
const kind = (kind: string) => expect.objectContaining({ kind });

describe('a JSON body', () => {
  test('is accepted with any content type', async () => {
    expect(await read('{"a":1}')).toEqual({ a: 1 });
    expect(await read('{"a":1}', { 'content-type': 'text/plain' })).toEqual({ a: 1 });
    expect(await read(gzipSync('{"a":1}'), { 'content-encoding': 'gzip' })).toEqual({ a: 1 });
    expect(await read('{"a":1}', { 'content-length': '7' })).toEqual({ a: 1 });
  });

  test('is rejected if it is not a JSON object', async () => {
    for (const body of ['', '{', '[1]', '"a"', 'null', '{"a":1}{'])
      await expect(read(body)).rejects.toThrow(kind('invalid_request'));
  });

  test('is limited by its real size, before and after decompression', async () => {
    await expect(read(`{"a":"${'x'.repeat(limit)}"}`)).rejects.toThrow(kind('request_too_large'));
    const stream = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.alloc(limit + 1, 0x20));
          controller.close();
        },
      });
    await expect(read(stream())).rejects.toThrow(kind('request_too_large'));
    await expect(read(stream(), { 'content-length': '5' })).rejects.toThrow(kind('request_too_large'));
    const bomb = gzipSync(`{"a":"${'x'.repeat(limit * 100)}"}`);
    expect(bomb.length).toBeLessThan(limit);
    await expect(read(bomb, { 'content-encoding': 'gzip' })).rejects.toThrow(kind('request_too_large'));
  });

  test('is rejected with another compression, broken gzip, or excessive nesting', async () => {
    await expect(read('x', { 'content-encoding': 'br' })).rejects.toThrow(kind('unsupported_encoding'));
    await expect(read('x', { 'content-encoding': 'gzip' })).rejects.toThrow(kind('invalid_request'));
    await expect(read(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`)).rejects.toThrow('128 levels');
    expect(await read(`{"a":"${'['.repeat(200)}"}`)).toBeTruthy();
  });

  test('with a key named __proto__ changes no prototype', async () => {
    await read('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('canonicalPath', () => {
  const paths: [given: string, canonical: string][] = [
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/chat/completions', '/v1/chat/completions'],
    ['//chat/completions', '/v1/chat/completions'],
    ['/v1//chat/completions/', '/v1/chat/completions'],
    ['/v1/v1/messages', '/v1/messages'],
    ['/api/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/models/demo%2Fopenai%2Fdemo', '/v1/models/demo%2Fopenai%2Fdemo'],
    ['/', '/'],
    ['/v1/', '/'],
  ];
  for (const [given, canonical] of paths) {
    test(`${given} is ${canonical}`, () => expect(canonicalPath(new Request(`http://x${given}`))).toBe(canonical));
  }
});
