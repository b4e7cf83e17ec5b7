import { expect, test } from 'vitest';
import { isNewer } from '../../tools/bootstrap.js';

test.each([
  ['24.0.1', '24.0.0', true],
  ['24.10.0', '24.9.0', true],
  ['26.0.0', '24.21.0', true],
  ['24.21.0', '24.21.0', false],
  ['20.20.2', '24.0.0', false],
])('checks whether Node %s is newer than %s', (one, other, expected) => {
  expect(isNewer(one, other)).toBe(expected);
});
