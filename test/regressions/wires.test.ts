import { describe, expect, test } from 'vitest';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { type Chunking, cutAt, oneByte, whole } from '../support/chunkings.ts';
import { extent } from '../support/extent.ts';
import { chatSpoken } from '../support/spoken/chat.ts';
import { converseSpoken } from '../support/spoken/converse.ts';
import { geminiSpoken } from '../support/spoken/gemini.ts';
import { messagesSpoken } from '../support/spoken/messages.ts';
import { responsesSpoken } from '../support/spoken/responses.ts';
import { type SpokenName, wholeAnswer } from '../support/spoken/spoken.ts';
import { clients, read } from './read.ts';

/** Byte by byte, and every way to cut these bytes in two; in a reduced run one in eleven of them. */
function everyCut(bytes: Uint8Array): Chunking[] {
  const step = extent({ full: 1, reduced: 11 });
  return [oneByte, ...Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) => cutAt(at * step))];
}

test('R7 binary frames say the same wherever they are cut', async () => {
  const bytes = Buffer.concat(wholeAnswer(converseSpoken, 'one', 'two'));
  for (const client of clients) {
    const plain = await read(converseSpoken, bytes, client);
    expect(plain).toMatchObject({ violations: [], terminal: 'finish', truth: { text: 'onetwo' } });
    for (const cut of everyCut(bytes)) {
      const { bytes: again } = await read(converseSpoken, bytes, client, cut);
      expect(again.equals(plain.bytes)).toBe(true);
    }
  }
});

test('R7 a wrong checksum is an error, not garbage', async () => {
  const wrong = Buffer.from(converseSpoken.text('wrong'));
  wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1);
  const bytes = Buffer.concat([converseSpoken.envelope, converseSpoken.text('right'), wrong]);
  for (const client of clients)
    expect(await read(converseSpoken, bytes, client)).toMatchObject({
      violations: [],
      terminal: 'error',
      truth: { text: 'right' },
    });
});

describe('R8 a character that is cut between reads stays whole', () => {
  const hard = '北京🌍é';
  const reasoned: Partial<Record<SpokenName, Buffer>> = {
    chat: chatSpoken.frame(JSON.stringify({ choices: [{ index: 0, delta: { reasoning_content: hard } }] })),
    converse: converseSpoken.frame(JSON.stringify({ contentBlockIndex: 9, delta: { reasoningContent: { text: hard } } })),
  };
  for (const spoken of [chatSpoken, responsesSpoken, messagesSpoken, geminiSpoken, converseSpoken]) {
    test(`in text, reasoning and arguments of ${spoken.name}`, async () => {
      const { finish, usage, terminator } = spoken.stop;
      const call = spoken.tool('f', `{"city":"${hard}"}`);
      const reasoning = reasoned[spoken.name] ?? Buffer.alloc(0);
      const bytes = Buffer.concat([spoken.envelope, reasoning, spoken.text(hard), call, finish, usage, terminator]);
      for (const cut of everyCut(bytes)) {
        const { truth, bytes: written } = await read(spoken, bytes, openaiChat, cut);
        expect(truth).toMatchObject({ text: hard, tools: [{ arguments: { city: hard } }] });
        if (reasoned[spoken.name]) expect(truth.reasoning).toBe(hard);
        expect(written.includes('\ufffd')).toBe(false);
      }
    });
  }

  test('and a character that the end of the stream cuts is no garbage', async () => {
    const bytes = Buffer.concat([chatSpoken.envelope, chatSpoken.text('a'), chatSpoken.text('北')]);
    const { truth } = await read(chatSpoken, bytes.subarray(0, bytes.indexOf('北') + 1), openaiChat);
    expect(truth).toMatchObject({ text: 'a', complete: false });
  });
});

describe('R9 a stream is read however it spells its lines', () => {
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
    for (const spoken of [chatSpoken, responsesSpoken, messagesSpoken, geminiSpoken]) {
      const bytes = Buffer.from(spell(Buffer.concat(wholeAnswer(spoken, 'one', 'two')).toString()));
      for (const cut of [whole, ...everyCut(bytes)]) {
        const { terminal, truth } = await read(spoken, bytes, openaiChat, cut);
        expect({ terminal, text: truth.text, output: truth.usage.output }).toEqual({
          terminal: 'finish',
          text: 'onetwo',
          output: 5,
        });
      }
    }
  });
});

describe('R10 an event that comes in pieces', () => {
  test('keeps its usage', async () => {
    const bytes = Buffer.concat(wholeAnswer(responsesSpoken, 'hi'));
    for (const client of clients) {
      for (const cut of everyCut(bytes)) {
        const { truth } = await read(responsesSpoken, bytes, client, cut);
        expect(truth.usage).toMatchObject({ input: 7, output: 5 });
      }
    }
  });

  test('never reaches a client in the form of its provider, however long it is', async () => {
    const thoughtSignature = Buffer.alloc(60_000, 7).toString('base64');
    const parts = [{ functionCall: { name: 'f', args: {} }, thoughtSignature }];
    const call = geminiSpoken.frame(JSON.stringify({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }));
    const bytes = Buffer.concat([geminiSpoken.envelope, call]);
    for (const client of clients) {
      for (const at of [1_000, 20_000, 79_000, bytes.length - 3]) {
        const { violations, bytes: written } = await read(geminiSpoken, bytes, client, cutAt(at));
        expect(violations).toEqual([]);
        expect(written.toString()).not.toMatch(/candidates|functionCall|thoughtSignature/);
      }
    }
  });

  test('is waited for: what Bedrock counts after messageStop is the usage', async () => {
    const bytes = Buffer.concat(wholeAnswer(converseSpoken, 'hi'));
    const beforeMetadata = cutAt(bytes.length - converseSpoken.stop.usage.length);
    for (const client of clients) {
      const { truth } = await read(converseSpoken, bytes, client, beforeMetadata);
      expect(truth.usage).toMatchObject({ output: 5 });
    }
  });
});
