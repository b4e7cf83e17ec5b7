import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerEvent, type DialectName, StreamError } from '../../lib/client/index.ts';
import { collect } from '../support/collect.ts';
import { type Served, serve } from '../support/serve.ts';
import { ask, comparable, dialectNames, textOnly } from './ask.ts';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

const providers = ['demo/openai', 'demo/anthropic', 'demo/bedrock', 'demo/gemini'] as const;

async function eventsOf(dialect: DialectName, model: string): Promise<AnswerEvent[]> {
  return collect(ask(served.url, dialect, model));
}

async function failureOf(dialect: DialectName, model: string): Promise<StreamError> {
  const failure = await ask(served.url, dialect, model)
    .answer()
    .catch((error: unknown) => error);
  if (!(failure instanceof StreamError)) throw new Error(`${dialect} ${model} did not fail`);
  return failure;
}

/** The client's and the gateway's words for what goes wrong, as each dialect has it. */
const codes: Record<string, Partial<Record<DialectName, string>> & { others: string }> = {
  cut: { others: 'upstream_cut', messages: 'api_error', complete: 'api_error', converse: 'modelStreamErrorException' },
  'rate limit': {
    others: 'rate_limit_exceeded',
    messages: 'rate_limit_error',
    complete: 'rate_limit_error',
    converse: 'ThrottlingException',
  },
};

describe.each(providers)('%s', (provider) => {
  test.each(['chat', 'tools', 'echo'])('%s: gives the same events in every dialect', async (model) => {
    const whole = await eventsOf('chat', `${provider}/${model}`);
    for (const dialect of dialectNames.filter((name) => !textOnly.has(name))) {
      expect(comparable(await eventsOf(dialect, `${provider}/${model}`)), dialect).toEqual(comparable(whole));
    }
  });

  test('chat: gives the same text in every dialect, and the counts of every dialect that has them', async () => {
    const answers = await Promise.all(dialectNames.map((dialect) => ask(served.url, dialect, `${provider}/chat`).answer()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toMatch(/^You said “Tell me of Paris\.”/);
    for (const [at, { usage, reason }] of answers.entries()) {
      expect(reason).toBe('stop');
      if (dialectNames[at] !== 'complete') expect(usage.output).toBeGreaterThan(10);
    }
  });

  test('reasoning: is separate from the text in every dialect that supports it', async () => {
    for (const dialect of dialectNames) {
      const { text, reasoning } = await ask(served.url, dialect, `${provider}/reasoning`).answer();
      expect(text, dialect).toMatch(/^You said/);
      expect(reasoning, dialect).toMatch(textOnly.has(dialect) ? /^$/ : /^The user writes about Paris/);
    }
  });
});

describe.each(dialectNames)('%s', (dialect) => {
  test.skipIf(textOnly.has(dialect))('tools: gives whole calls, and an empty object for a call without arguments', async () => {
    const stream = ask(served.url, dialect, 'demo/openai/tools');
    const calls = await stream.toolCalls();
    expect(calls.map(({ name, arguments: json }) => [name, JSON.parse(json)])).toEqual([
      ['weather', { city: expect.any(String) }],
      ['now', {}],
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(await stream.text()).toMatch(/^Let me look that up/);
    expect((await stream.answer()).reason).toBe('tool-call');
  });

  test.each(['cut@3', 'eof@3'])('%s: throws an error that has the text so far', async (model) => {
    const failure = await failureOf(dialect, `demo/openai/${model}`);
    expect(failure.code).toBe(codes.cut?.[dialect] ?? codes.cut?.others);
    expect(failure.received.text).toBe('You said “Tell');
    expect(failure.received.events).toBe(5);
    expect(failure.requestId).toMatch(/^req_/);
    expect(failure.status).toBeUndefined();
    expect(await served.logged(failure.requestId ?? '')).toMatchObject([{ outcome: 'upstream_cut' }]);
  });

  test('error@3: has the provider’s own message', async () => {
    const failure = await failureOf(dialect, 'demo/anthropic/error@3');
    expect(failure.message).toMatch(/^Overloaded/);
    expect(failure.received.text).toBe('You said “Tell');
  });

  test('status-429: throws a refusal with its status and its wait time', async () => {
    const failure = await failureOf(dialect, 'demo/openai/status-429@30');
    expect(failure).toMatchObject({
      code: codes['rate limit']?.[dialect] ?? codes['rate limit']?.others,
      status: 429,
      retryAfterMs: 30_000,
    });
    expect(failure.received).toMatchObject({ text: '', events: 0 });
  });

  test('stall@2: close() ends the stream at once, and the gateway sees the disconnect', async () => {
    const stream = ask(served.url, dialect, 'demo/openai/stall@2');
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event.type);
        if (seen.filter((type) => type === 'text-delta').length === 2) setTimeout(() => stream.close());
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'closed', received: { text: 'You said' } });
    await expect(stream.text()).rejects.toMatchObject({ code: 'closed' });
    expect(await served.logged(stream.headers?.get('x-request-id') ?? '')).toMatchObject([{ outcome: 'client_closed' }]);
  });

  test('a whole answer is not a disconnect for the gateway', async () => {
    const stream = ask(served.url, dialect, 'demo/openai/chat');
    await stream.text();
    stream.close();
    expect(await served.logged(stream.headers?.get('x-request-id') ?? '')).toMatchObject([{ outcome: 'ok' }]);
  });
});
