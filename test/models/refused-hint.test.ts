import { describe, expect, test } from 'vitest';
import { refusedHint } from '../../lib/models/refused-hint.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { ModelRequest, Parameters } from '../../lib/stream/request.ts';

const request = (parameters: Parameters): ModelRequest => ({
  dialect: 'test',
  body: {},
  model: 'm',
  stream: true,
  messages: [],
  parameters,
  spelling: {},
  unknown: [],
  showUsage: false,
});
const refusal = (message: string, status = 400) => new SluiceError('invalid_request', message, { upstream: { status } });

describe('refusedHint', () => {
  test.each<[string, Parameters, string]>([
    ["property 'prompt_cache_key' is unsupported", { cacheKey: 'k' }, 'prompt_cache_key'],
    ['Unrecognized request argument supplied: reasoning_effort', { reasoning: { enabled: true } }, 'reasoning_effort'],
    ['`temperature` is deprecated for this model.', { temperature: 1 }, 'temperature'],
  ])('finds the hint in %s', (message, parameters, hint) => {
    expect(refusedHint(refusal(message), request(parameters))).toBe(hint);
  });

  test.each<[string, string, Parameters, number?]>([
    ['a value out of range', '`temperature` must be at most 1', { temperature: 2 }],
    ['a word that only looks like a hint', 'Unexpected role user after role tool', { user: 'u' }],
    ['a hint that was not sent', "'verbosity' is not supported", {}],
    ['what is no hint', "'stop' is not supported with this model.", { stop: ['x'] }],
    ['another status', "'verbosity' is not supported", { verbosity: 'low' }, 500],
  ])('leaves %s alone', (_, message, parameters, status) => {
    expect(refusedHint(refusal(message, status), request(parameters))).toBeUndefined();
  });
});
