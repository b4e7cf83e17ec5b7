import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

// Without `/v1` the path is Prediction Guard's, whose errors are text.
const messageOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: string | { message: string } };
  return typeof error === 'string' ? error : error.message;
};

describe('a known route with another method', () => {
  test('is a 405 that lists the methods in `Allow`', async () => {
    const response = await fetch(`${served.url}/v1/chat/completions`, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await messageOf(response)).toContain('/v1/chat/completions takes POST, not PUT.');
  });

  test('names the path that the client requested', async () => {
    const response = await fetch(`${served.url}/chat/completions`);
    expect(response.status).toBe(405);
    expect(await messageOf(response)).toMatch(/^\/chat\/completions takes POST, not GET\./);
  });
});

test.each([
  ['/v1/embeddings', 'embeddings'],
  ['/embeddings', 'embeddings'],
  ['/v1/images/generations', 'image generation'],
  ['/v1/audio/speech', 'audio'],
  ['/v1/moderations', 'moderation'],
  ['/v1/files', 'files'],
  ['/v1/batches', 'batches'],
  ['/v1/messages/batches', 'batches'],
  ['/v1/fine_tuning/jobs', 'fine-tuning'],
  ['/v1/assistants', 'assistants and threads'],
])('%s is a 404 that names the API', async (path, name) => {
  const response = await fetch(served.url + path, { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
  expect(await messageOf(response)).toContain(`Sluice doesn't support ${name}.`);
});

test('any other path is a 404 that names the path', async () => {
  const response = await fetch(`${served.url}/v1/chat/completion`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(404);
  expect(await messageOf(response)).toContain('No route for POST /v1/chat/completion.');
});
