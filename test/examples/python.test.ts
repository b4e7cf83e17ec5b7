import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Served, serve } from '../support/serve.ts';
import { run } from './started.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stdout.write('skipped: the Python example, since this machine has no python3\n');

describe.skipIf(!hasPython)('the Python script', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ keys: ['a-key-of-an-example'] });
  });
  afterAll(() => served.close());

  const chat = (environment: Record<string, string> = {}) =>
    run('python3', ['examples/python/chat.py', 'Hello', 'there'], {
      SLUICE_URL: served.url,
      SLUICE_KEY: 'a-key-of-an-example',
      PYTHONIOENCODING: 'utf-8',
      ...environment,
    });

  test('prints the whole answer', async () => {
    const { status, printed, complained } = await chat();
    expect({ status, complained }).toEqual({ status: 0, complained: '' });
    expect(printed).toMatch(/^You said “Hello there”.*real one\.\n$/);
  });

  test.each([
    ['a stream that breaks off', { SLUICE_MODEL: 'demo/openai/cut@5' }, /upstream_cut: .+/],
    ['a rejected key', { SLUICE_KEY: 'another-key' }, /^.+key.+\n$/i],
    [
      'a server that is not there',
      { SLUICE_URL: 'http://127.0.0.1:9' },
      /^http:\/\/127\.0\.0\.1:9: .+ Is `npm start` running\?\n$/,
    ],
  ])('ends with a sentence and status 1 after %s', async (_, environment, sentence) => {
    const { status, complained } = await chat(environment);
    expect(status).toBe(1);
    expect(complained).toMatch(sentence);
    expect(complained).not.toContain('Traceback');
  });
});
