import { afterEach, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { makeProvider } from '../../lib/providers/kinds.ts';
import { givenKey } from '../../lib/secrets/key-source.ts';
import { chunk, head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
});

test('Gemini is asked for the tokens of what would be sent, without what only an answer needs', async () => {
  server = await rawServer((socket) => void socket.end(head(200, 'application/json') + chunk('{"totalTokens":31}') + lastChunk));
  const provider = makeProvider({ name: 'gemini', kind: 'gemini', baseUrl: `${server.url}v1beta`, key: givenKey('a-key') });
  const request = anthropicMessages.parse({
    model: 'm',
    max_tokens: 1,
    system: 'Be terse.',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const { body } = provider.dialect.build(request, 'gemini-2.5-flash');
  const { signal } = new AbortController();
  expect(await provider.countTokens?.({ model: 'gemini-2.5-flash', body, signal, onConnected: () => {} })).toBe(31);
  const [sent = ''] = server.received;
  expect(sent).toMatch(/^POST \/v1beta\/models\/gemini-2\.5-flash:countTokens HTTP/);
  expect(JSON.parse(sent.slice(sent.indexOf('{')))).toEqual({
    generateContentRequest: {
      model: 'models/gemini-2.5-flash',
      systemInstruction: body.systemInstruction,
      contents: body.contents,
    },
  });
});
