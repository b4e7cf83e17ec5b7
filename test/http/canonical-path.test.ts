import { expect, test } from 'vitest';
import { canonicalPath } from '../../lib/http/canonical-path.ts';

test.each([
  ['/openai/v1/chat/completions', '/v1/chat/completions'],
  ['/openai/v1/responses/', '/v1/responses'],
  ['/openai/deployments/gpt/chat/completions', '/v1/openai/deployments/gpt/chat/completions'],
  ['/openai/v10', '/v1/openai/v10'],
  ['/api/v1/models', '/v1/models'],
  ['//v1/v1/models', '/v1/models'],
  ['/', '/'],
])('routes %s as %s', (path, route) => {
  expect(canonicalPath(new Request(`http://gateway${path}`))).toBe(route);
});
