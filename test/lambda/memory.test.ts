import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyLimitFor } from '../../lib/app/body-limit.ts';
import { type Deployed, deploy } from './deployed.ts';

const configured = 4.5 * 1024 ** 2;
const patience = { timeout: 60_000 };

let deployed: Deployed;
beforeAll(async () => {
  deployed = await deploy();
}, 60_000);
afterAll(() => deployed.close());

const user = (content: string) => ({ role: 'user', content });

/** Bodies of about this size: one long text, and many short messages, which need the most memory. */
const bodies: Record<string, (bytes: number) => object[]> = {
  'one long text': (bytes) => [user('x'.repeat(bytes - 200))],
  'many short messages': (bytes) => [
    ...Array.from({ length: Math.floor(bytes / 110) - 2 }, () => user('y'.repeat(80))),
    user('x'),
  ],
};

// Only Linux shows the memory of another process. Elsewhere the emulator doesn't limit it.
describe.runIf(process.platform === 'linux')('a function with little memory', () => {
  for (const memory of [128, 192, 256]) {
    for (const [name, body] of Object.entries(bodies)) {
      test(`of ${memory} MB survives the largest body that it accepts: ${name}`, patience, async () => {
        const limit = bodyLimitFor(configured, { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory) });
        const openai = await deployed.start('openai', { memory });
        const post = (bytes: number) =>
          openai.post('/v1/chat/completions', { model: 'openai/chat', stream: true, messages: body(bytes) });
        const answer = await post(limit * 0.97);
        expect(answer.status).toBe(200);
        expect(await answer.text()).toContain('[DONE]');
        expect((await post(limit * 1.05)).status).toBe(413);
        expect(openai.lines.join()).not.toContain('out-of-memory');
        expect(openai.environments).toMatchObject([{ invocations: 2 }]);
      });
    }
  }
});
