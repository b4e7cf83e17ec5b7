import { expect, it } from 'vitest';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiCompletions } from '../../lib/dialects/openai-completions/client.ts';
import { servedHeaders } from '../../lib/http/served-headers.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import { ask, end, finish, start } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { scriptProvider } from '../support/script-provider.ts';

const image: StreamEvent = { type: 'block-start', index: 0, block: { kind: 'image', mediaType: 'image/png', data: 'AAAA' } };

async function answerTo(client: typeof openaiChat, body: object) {
  const result = ask(manualClock(), [scriptProvider('one', [start, image, end, finish])]);
  const request = client.parse({ model: 'm', stream: true, ...body });
  Object.assign(result.gatewayRequest, { client, request });
  await result.run();
  return { text: result.pieces.join(''), dropped: servedHeaders(result.answerState)['x-sluice-dropped'] };
}

it('mentions an image in the text of a dialect without images, and lists it', async () => {
  const { text, dropped } = await answerTo(openaiCompletions, { prompt: 'Paint' });
  expect(text).toContain('[The model returned an image (image/png, 3 bytes). This API has no form for it.]');
  expect(dropped).toBe('image output');
});

it('sends an image if the dialect supports it', async () => {
  const { text, dropped } = await answerTo(openaiChat, { messages: [{ role: 'user', content: 'Paint' }] });
  expect(text).toContain('data:image/png;base64,AAAA');
  expect(text).not.toContain('no form');
  expect(dropped).toBeUndefined();
});
