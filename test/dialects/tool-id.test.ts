import { describe, expect, test } from 'vitest';
import { portableToolId } from '../../lib/dialects/tool-id.ts';

describe('the id of a tool call for Anthropic and Bedrock', () => {
  test.each(['toolu_01A', 'call_abc-1', 'x'.repeat(64)])('keeps %s', (id) => {
    expect(portableToolId(id)).toBe(id);
  });

  test.each(['functions.f:0', '', 'é', 'a b', 'x'.repeat(65), `${'x'.repeat(500)}.`])('rewrites %j to an accepted id', (id) => {
    expect(portableToolId(id)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(portableToolId(id)).toBe(portableToolId(id));
  });

  test('keeps different ids apart', () => {
    const ids = ['a.b', 'a:b', 'a_b', `${'x'.repeat(80)}1`, `${'x'.repeat(80)}2`];
    expect(new Set(ids.map(portableToolId)).size).toBe(ids.length);
  });
});
