import { describe, expect, test } from 'vitest';
import { clients } from '../support/clients.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';

describe('a key that can’t be read (40)', () => {
  for (const client of clients) {
    test(`says when to retry, without a request to the provider; for ${client.dialect}`, async () => {
      const stack = startStack({
        config: {
          providers: { first: { kind: 'openai', baseUrl: 'http://127.0.0.1:1/', key: { env: 'NOT_SET' } } },
          models: { steady: { targets: ['first/m'] } },
        },
      });
      const { path, body } = client.ask('steady', true);
      const response = await stack.post(path, body);
      expect(response.status).toBe(client.status('provider_secret_unavailable'));
      expect(client.failure(objectOf(parsed(await response.text())), response.headers).word).toBe(
        client.word('provider_secret_unavailable'),
      );
      expect(response.headers.get('retry-after')).toBe('5');
      expect(objectOf(parsed(stack.log[0] ?? ''))).toMatchObject({ outcome: 'provider_secret_unavailable' });
    });
  }
});
