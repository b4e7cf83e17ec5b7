import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { Events, StreamEvent } from '../../lib/stream/events.ts';
import type { Message, ModelRequest } from '../../lib/stream/request.ts';
import { ask, block, end, finish, overloaded, say, start, timeouts, whole } from '../support/ask.ts';
import { manualClock, settled } from '../support/manual-clock.ts';
import { never, type ScriptedProvider, type Step, scriptProvider } from '../support/script-provider.ts';

describe('an answer', () => {
  test('arrives as the provider sends it, and is complete only with its finish', async () => {
    const clock = manualClock();
    const result = ask(clock, [scriptProvider('one', whole('Hel', 'lo'))]);
    await result.run();
    expect(result.lines()).toEqual(['start', 'block-start', 'Hel', 'lo', 'block-end', 'finish stop']);
    expect(result.ended()).toBe(true);
    expect(clock.watchers).toBe(0);
  });

  test('is an error with a status, not a stream, if it fails before its first content', async () => {
    const result = ask(manualClock(), [scriptProvider('one', [start, block, overloaded])]);
    await expect(result.run()).rejects.toMatchObject({ kind: 'server_overloaded' });
    expect(result.pieces).toEqual([]);
  });

  test('ends in one error, and nothing after it, if it fails later', async () => {
    const result = ask(manualClock(), [
      scriptProvider('one', [start, block, say('Hel'), new SluiceError('upstream_cut', 'cut')]),
    ]);
    await result.run();
    expect(result.lines()).toEqual(['start', 'block-start', 'Hel', 'error upstream_cut']);
  });

  test('is never partial without a stream', async () => {
    const whole1 = ask(manualClock(), [scriptProvider('one', whole('Hello'))], { stream: false });
    expect(await whole1.gateway.complete(whole1.gatewayRequest)).toMatchObject({
      lines: expect.arrayContaining(['Hello', 'finish stop']),
    });
    const cut = ask(manualClock(), [scriptProvider('one', [start, block, say('Hel'), new SluiceError('upstream_cut', 'cut')])]);
    await expect(cut.gateway.complete(cut.gatewayRequest)).rejects.toMatchObject({ kind: 'upstream_cut' });
  });

  test('ends in an error without details after an exception in our own code', async () => {
    const result = ask(manualClock(), [scriptProvider('one', [start, block, say('Hel'), new TypeError('secret detail')])]);
    await result.run();
    expect(result.lines().at(-1)).toBe('error gateway_error');
    const early = ask(manualClock(), [scriptProvider('one', [new TypeError('secret detail')])]);
    await expect(early.run()).rejects.not.toThrow('secret detail');
  });
});

describe('a provider with several APIs', () => {
  test('gets the API that fits the client and the model best', async () => {
    const usual = scriptProvider('one', whole('usual'));
    const best = scriptProvider('one', whole('best'));
    const chosen: string[][] = [];
    const apiFor = (...choice: string[]) => {
      chosen.push(choice);
      return best;
    };
    const result = ask(manualClock(), [Object.assign(usual, { apiFor })]);
    await result.run();
    expect(result.lines()).toContain('best');
    expect(chosen).toEqual([['plain', 'm']]);
    expect(usual.calls).toEqual([]);
  });
});

describe('a request with several prompts', () => {
  async function* join(answers: readonly Events[]): AsyncGenerator<readonly StreamEvent[]> {
    for (const answer of answers) yield* answer;
  }
  const prompts = (...texts: string[]) =>
    texts.map((text): Message[] => [{ role: 'user', content: [{ type: 'text', text, field: 'p' }] }]);

  test('is served prompt by prompt, as one answer', async () => {
    const provider = scriptProvider('one', whole('a'), whole('b'));
    const result: unknown[] = [];
    const build = (request: ModelRequest) => {
      result.push(request);
      return { body: {}, dropped: [] };
    };
    const building = { ...provider, dialect: { ...provider.dialect, build } };
    const { gateway, gatewayRequest, pieces } = ask(manualClock(), [building]);
    const [messages = [], ...furtherPrompts] = prompts('first', 'second');
    const several = { ...gatewayRequest.request, messages, furtherPrompts };
    expect(
      await gateway.complete({ ...gatewayRequest, client: { ...gatewayRequest.client, join }, request: several }),
    ).toMatchObject({
      lines: expect.arrayContaining(['a', 'b']),
    });
    expect(result).toEqual([messages, ...furtherPrompts].map((messages) => ({ ...gatewayRequest.request, messages })));
    expect(pieces).toEqual([]);
  });

  test('fails with the first failing prompt, and skips the rest', async () => {
    const provider = scriptProvider('one', whole('a'), [overloaded], whole('c'));
    const { gateway, gatewayRequest } = ask(manualClock(), [provider]);
    const request = { ...gatewayRequest.request, furtherPrompts: prompts('second', 'third') };
    const complete = gateway.complete({ ...gatewayRequest, client: { ...gatewayRequest.client, join }, request });
    await expect(complete).rejects.toMatchObject({ kind: 'server_overloaded' });
    expect(provider.calls).toHaveLength(2);
  });
});

describe('the next target', () => {
  test('serves invisibly if the first fails before content, envelope included', async () => {
    const first = scriptProvider('one', [start, block, overloaded]);
    const second = scriptProvider('two', whole('Hello'));
    const result = ask(manualClock(), [first, second]);
    await result.run();
    expect(result.lines()).toEqual(['start', 'block-start', 'Hello', 'block-end', 'finish stop']);
    expect(result.answerState.attempts).toMatchObject([
      { provider: 'one', model: 'm', error: 'server_overloaded', ms: 0 },
      { provider: 'two', model: 'm', ms: 0, served: true },
    ]);
    expect(first.closed).toBe(1);
  });

  test('is not tried after content, nor for an error that no other target would fix', async () => {
    const second = scriptProvider('two', whole('Hello'));
    await ask(manualClock(), [scriptProvider('one', [start, block, say('x'), overloaded]), second]).run();
    const refused = ask(manualClock(), [scriptProvider('one', [new SluiceError('invalid_request', 'bad')]), second]);
    await expect(refused.run()).rejects.toMatchObject({ kind: 'invalid_request' });
    expect(second.calls).toHaveLength(0);
  });
});

describe('deadlines', () => {
  const cases: { name: string; script: Step[]; after: number; kind: string; committed?: boolean }[] = [
    { name: 'a connection that does not stand', script: [{ wait: never }], after: 5_000, kind: 'connect_timeout' },
    { name: 'no content, only an envelope', script: [start, block, { wait: never }], after: 30_000, kind: 'upstream_timeout' },
    {
      name: 'silence inside the answer',
      script: [start, block, say('x'), { wait: never }],
      after: 20_000,
      kind: 'upstream_stalled',
      committed: true,
    },
  ];
  for (const { name, script, after, kind, committed } of cases) {
    test(`${name} is ${kind} after ${after / 1000} s, and closes the request`, async () => {
      const clock = manualClock();
      const provider = scriptProvider('one', script);
      const result = ask(clock, [provider], { commitAfterMs: 60_000 });
      const run = result.run().catch((error: SluiceError) => error.kind);
      await clock.advance(after - 200);
      expect(result.lines()).not.toContain(`error ${kind}`);
      await clock.advance(400);
      if (committed) expect(result.lines().at(-1)).toBe(`error ${kind}`);
      else expect(await run).toBe(kind);
      await run;
      expect(provider.calls[0]?.signal.aborted).toBe(true);
      expect(clock.watchers).toBe(0);
    });
  }

  test('never cut a slow but steady answer before the total limit', async () => {
    const clock = manualClock();
    const gates = Array.from({ length: 9 }, () => Promise.withResolvers<void>());
    const script: Step[] = [start, block, ...gates.flatMap((gate): Step[] => [say('x'), { wait: gate.promise }]), say('never')];
    const result = ask(clock, [scriptProvider('one', script)]);
    const run = result.run();
    for (const gate of gates.slice(0, -1)) {
      await clock.advance(12_000);
      gate.resolve();
    }
    await clock.advance(20_000);
    await run;
    expect(result.lines().at(-1)).toBe('error stream_deadline');
    expect(result.lines()).not.toContain('error upstream_stalled');
  });

  test("exclude a slow client's time, and it applies backpressure to the provider", async () => {
    const clock = manualClock();
    let pulled = 0;
    const big = 'x'.repeat(20_000);
    const provider = scriptProvider('one', whole(...Array.from({ length: 50 }, () => big)));
    const { decode } = provider.dialect;
    const counted = {
      ...provider,
      dialect: {
        ...provider.dialect,
        async *decode(...parameters: Parameters<typeof decode>) {
          for await (const events of decode(...parameters)) {
            pulled++;
            yield events;
          }
        },
      },
    };
    const result = ask(clock, [counted]);
    result.readSlowly();
    const run = result.run();
    await clock.advance(60_000);
    expect(pulled).toBeLessThan(10);
    result.readOn();
    await run;
    expect(result.lines().at(-1)).toBe('finish stop');
    expect(result.lines()).not.toContain('heartbeat');
  });
});

describe('an answer that nobody takes', () => {
  test('closes the connection of a reader that stops reading when the time limit passes', async () => {
    const clock = manualClock();
    const result = ask(clock, [scriptProvider('one', whole(...Array.from({ length: 50 }, () => 'x'.repeat(20_000))))]);
    result.readSlowly();
    const run = result.run();
    await clock.advance(timeouts.total - 1_000);
    expect(result.destroyed()).toBe(false);
    await clock.advance(2_000);
    await run;
    expect(result.destroyed()).toBe(true);
    expect(result.answerState.end).toMatchObject({ type: 'error', error: { kind: 'stream_deadline' } });
    expect(clock.watchers).toBe(0);
  });

  test('fails as a whole answer when it is too large to keep', async () => {
    const piece = say('x'.repeat(1 << 20));
    const result = ask(
      manualClock(),
      [scriptProvider('one', [start, block, ...Array.from({ length: 40 }, () => piece), end, finish])],
      {
        stream: false,
      },
    );
    await expect(result.gateway.complete(result.gatewayRequest)).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
  });
});

describe('a long wait', () => {
  test('opens the stream after 10 s, and a later failure is inside it', async () => {
    const clock = manualClock();
    const gate = Promise.withResolvers<void>();
    const result = ask(clock, [scriptProvider('one', [start, { wait: gate.promise }, overloaded])]);
    const run = result.run();
    await clock.advance(9_800);
    expect(result.pieces).toEqual([]);
    await clock.advance(400);
    expect(result.lines()).toEqual(['open']);
    gate.resolve();
    await run;
    expect(result.lines()).toEqual(['open', 'error server_overloaded']);
  });

  test('gets a heartbeat every 15 s', async () => {
    const clock = manualClock();
    const result = ask(clock, [scriptProvider('one', [start, block, say('x'), { wait: never }])]);
    const run = result.run();
    await clock.advance(16_000);
    expect(result.lines()).toEqual(['start', 'block-start', 'x', 'heartbeat']);
    await clock.advance(10_000);
    await run;
  });
});

describe('a client that disconnects', () => {
  test('closes the request to the provider, before the first content and after it', async () => {
    for (const script of [[{ wait: never }], [start, block, say('x'), { wait: never }]] as Step[][]) {
      const clock = manualClock();
      const provider: ScriptedProvider = scriptProvider('one', script);
      const result = ask(clock, [provider]);
      const run = result.run().catch(() => {});
      await settled();
      result.abort();
      await run;
      expect(provider.calls[0]?.signal.aborted).toBe(true);
      expect(clock.watchers).toBe(0);
    }
  });
});

describe('writes', () => {
  test('carry everything from one turn, in whole events of at most 16 KiB together', async () => {
    const result = ask(manualClock(), [scriptProvider('one', whole(...Array.from({ length: 100 }, (_, index) => `${index}`)))]);
    await result.run();
    expect(result.pieces.length).toBeLessThan(5);
    const large = ask(manualClock(), [scriptProvider('one', whole(...Array.from({ length: 10 }, () => 'y'.repeat(7_000))))]);
    await large.run();
    for (const piece of large.pieces) {
      expect(piece.endsWith('\n')).toBe(true);
      expect(piece.length).toBeLessThanOrEqual(16 * 1024);
    }
  });
});
