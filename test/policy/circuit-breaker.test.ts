import { describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../lib/policy/circuit-breaker.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { ask, overloaded, scriptedGateway, whole } from '../support/ask.ts';
import { manualClock } from '../support/manual-clock.ts';
import { scriptProvider } from '../support/script-provider.ts';

describe('a circuit', () => {
  test('opens after five failures in a row, allows one probe after 10 s, and closes when it succeeds', async () => {
    const clock = manualClock();
    const circuitBreaker = new CircuitBreaker(clock);
    const targets = [{ key: 'one' }, { key: 'two' }];
    const first = () => circuitBreaker.order(targets)[0]?.key;
    for (let failure = 0; failure < 5; failure++) {
      expect(first()).toBe('one');
      circuitBreaker.failed('one', overloaded);
    }
    expect(first()).toBe('two');
    await clock.advance(10_000);
    expect(first()).toBe('one');
    expect(first()).toBe('two');
    circuitBreaker.succeeded('one');
    expect(first()).toBe('one');
  });

  test('counts the time while the environment is frozen and the monotonic clock stops, and survives a clock that goes back', () => {
    let wall = 1_000_000;
    const circuitBreaker = new CircuitBreaker({ now: () => 0, watch: () => () => {}, wall: () => wall });
    const isOpen = () => circuitBreaker.order([{ key: 'one' }, { key: 'two' }])[0]?.key === 'two';
    for (let failure = 0; failure < 5; failure++) circuitBreaker.failed('one', overloaded);
    expect(isOpen()).toBe(true);
    wall += 10_000;
    expect(isOpen()).toBe(false);
    expect(isOpen()).toBe(true);
    wall -= 3_600_000;
    expect(isOpen()).toBe(false);
  });

  test('ignores the clients own mistakes', () => {
    const circuitBreaker = new CircuitBreaker(manualClock());
    for (let failure = 0; failure < 20; failure++) circuitBreaker.failed('one', new SluiceError('invalid_request', 'bad'));
    expect(circuitBreaker.order([{ key: 'one' }, { key: 'two' }])[0]?.key).toBe('one');
  });

  test('is forgotten after many others have failed, since clients may name any model', async () => {
    const clock = manualClock();
    const circuitBreaker = new CircuitBreaker(clock);
    const isOpen = (key: string) => circuitBreaker.order([{ key }, { key: 'well' }])[0]?.key === 'well';
    const fail = (key: string) => {
      for (let failure = 0; failure < 5; failure++) circuitBreaker.failed(key, overloaded);
    };
    fail('early');
    fail('late');
    for (let name = 0; name < 990; name++) circuitBreaker.failed(`invented-${name}`, overloaded);
    circuitBreaker.failed('late', overloaded);
    for (let name = 990; name < 1980; name++) circuitBreaker.failed(`invented-${name}`, overloaded);
    expect([isOpen('early'), isOpen('late')]).toEqual([false, true]);
  });
});

test('during an outage the fallback serves, few requests reach the dead target, and it is used again within 30 s of its recovery', async () => {
  const clock = manualClock();
  const gateway = scriptedGateway(clock);
  const outage = Array.from({ length: 6 }, () => [overloaded]);
  const primary = scriptProvider('one', ...outage, whole('from one'));
  const fallback = scriptProvider('two', whole('from two'));
  const answer = async () => {
    const result = ask(clock, [primary, fallback], { gateway });
    await result.run();
    return result.lines()[2];
  };
  for (let request = 0; request < 50; request++) {
    expect(await answer()).toBe('from two');
    await clock.advance(300);
  }
  expect(primary.calls.length).toBeLessThanOrEqual(6);
  await clock.advance(30_000);
  await answer();
  expect(await answer()).toBe('from one');
});

test('a lone target is always tried', async () => {
  const clock = manualClock();
  const gateway = scriptedGateway(clock);
  const lone = scriptProvider('one', [overloaded]);
  for (let request = 0; request < 10; request++)
    await ask(clock, [lone], { gateway })
      .run()
      .catch(() => {});
  expect(lone.calls).toHaveLength(10);
});
