import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { type Chunking, cutAt, oneByte, whole } from '../support/chunkings.ts';
import { extent } from '../support/extent.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { converseStream } from '../support/provider-streams/converse.ts';
import { geminiStream } from '../support/provider-streams/gemini.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { type SpokenName, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { clients, read } from './read.ts';

/** Byte by byte, and every way to cut these bytes in two; in a reduced run one in eleven of them. */
function everyCut(bytes: Uint8Array): Chunking[] {
  const step = extent({ full: 1, reduced: 11 });
  return [oneByte, ...Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) => cutAt(at * step))];
}

test('binary frames decode the same wherever they are cut (R7)', async () => {
  const bytes = Buffer.concat(wholeAnswer(converseStream, 'one', 'two'));
  for (const client of clients) {
    const plain = await read(converseStream, bytes, client);
    expect(plain).toMatchObject({ violations: [], terminal: 'finish', truth: { text: 'onetwo' } });
    for (const cut of everyCut(bytes)) {
      const { bytes: again } = await read(converseStream, bytes, client, cut);
      expect(again.equals(plain.bytes)).toBe(true);
    }
  }
});

test('a wrong checksum is an error, not garbage (R7)', async () => {
  const wrong = Buffer.from(converseStream.text('wrong'));
  wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);
  const bytes = Buffer.concat([converseStream.envelope, converseStream.text('right'), wrong]);
  for (const client of clients)
    expect(await read(converseStream, bytes, client)).toMatchObject({
      violations: [],
      terminal: 'error',
      truth: { text: 'right' },
    });
});

describe('a character that is split between reads stays whole (R8)', () => {
  const hard = '北京🌍é';
  const reasoned: Partial<Record<SpokenName, Buffer>> = {
    chat: chatStream.frame(JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: hard } }] })),
    converse: converseStream.frame(JSON.stringify({ contentBlockIndex: 9, delta: { reasoningContent: { text: hard } } })),
  };
  for (const providerStream of [chatStream, responsesStream, messagesStream, geminiStream, converseStream]) {
    test(`in text, reasoning and arguments of ${providerStream.name}`, async () => {
      const { finish, usage, terminator } = providerStream.stop;
      const call = providerStream.tool('f', `{"city":"${hard}"}`);
      const reasoning = reasoned[providerStream.name] ?? Buffer.alloc(0);
      const bytes = Buffer.concat([
        providerStream.envelope,
        reasoning,
        providerStream.text(hard),
        call,
        finish,
        usage,
        terminator,
      ]);
      for (const cut of everyCut(bytes)) {
        const { truth, bytes: written } = await read(providerStream, bytes, openaiChat, cut);
        expect(truth).toMatchObject({ text: hard, tools: [{ arguments: { city: hard } }] });
        if (reasoned[providerStream.name]) expect(truth.reasoning).toBe(hard);
        expect(written.includes('\ufffd')).toBe(false);
      }
    });
  }

  test('and a character that the end of the stream cuts leaves no garbage', async () => {
    const bytes = Buffer.concat([chatStream.envelope, chatStream.text('a'), chatStream.text('北')]);
    const { truth } = await read(chatStream, bytes.subarray(0, bytes.indexOf('北') + 1), openaiChat);
    expect(truth).toMatchObject({ text: 'a', complete: false });
  });
});

describe('a stream is read with any line endings and field spelling (R9)', () => {
  const spellings: [name: string, spell: (text: string) => string][] = [
    ['LF', (text) => text],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['CR', (text) => text.replaceAll('\n', '\r')],
    ['no space after the colon', (text) => text.replaceAll('data: ', 'data:')],
    ['several data lines', (text) => text.replace(/^data: \{(.*)\}$/gm, 'data: {\ndata: $1\ndata: }')],
    ['comments', (text) => `: OPENROUTER PROCESSING\n\n${text}`],
    ['ids and retry', (text) => text.replaceAll('data:', 'id: 1\nretry: 9\ndata:')],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['no empty line at the end', (text) => text.trimEnd()],
    ['no [DONE]', (text) => text.replace('data: [DONE]\n\n', '')],
  ];
  test.each(spellings)('%s', async (_, spell) => {
    for (const providerStream of [chatStream, responsesStream, messagesStream, geminiStream]) {
      const bytes = Buffer.from(spell(Buffer.concat(wholeAnswer(providerStream, 'one', 'two')).toString()));
      for (const cut of [whole, ...everyCut(bytes)]) {
        const { terminal, truth } = await read(providerStream, bytes, openaiChat, cut);
        expect({ terminal, text: truth.text, output: truth.usage.output }).toEqual({
          terminal: 'finish',
          text: 'onetwo',
          output: 5,
        });
      }
    }
  });
});

describe('an event that arrives in pieces (R10)', () => {
  test('keeps its usage', async () => {
    const bytes = Buffer.concat(wholeAnswer(responsesStream, 'hi'));
    for (const client of clients) {
      for (const cut of everyCut(bytes)) {
        const { truth } = await read(responsesStream, bytes, client, cut);
        expect(truth.usage).toMatchObject({ input: 7, output: 5 });
      }
    }
  });

  test('never reaches a client in its provider’s format, however long it is', async () => {
    const thoughtSignature = Buffer.alloc(60_000, 7).toString('base64');
    const parts = [{ functionCall: { name: 'f', args: {} }, thoughtSignature }];
    const call = geminiStream.frame(JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }));
    const bytes = Buffer.concat([geminiStream.envelope, call]);
    for (const client of clients) {
      for (const at of [1_000, 20_000, 79_000, bytes.length - 3]) {
        const { violations, bytes: written } = await read(geminiStream, bytes, client, cutAt(at));
        expect(violations).toEqual([]);
        expect(written.toString()).not.toMatch(/candidates|functionCall|thoughtSignature/);
      }
    }
  });

  test('is complete before it counts: what Bedrock sends after messageStop is the usage', async () => {
    const bytes = Buffer.concat(wholeAnswer(converseStream, 'hi'));
    const beforeMetadata = cutAt(bytes.length - converseStream.stop.usage.length);
    for (const client of clients) {
      const { truth } = await read(converseStream, bytes, client, beforeMetadata);
      expect(truth.usage).toMatchObject({ output: 5 });
    }
  });
});
