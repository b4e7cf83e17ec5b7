import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wantsConsole } from '../../functions/console/app.ts';
import { familyOf } from '../../functions/family-of.ts';
import { edgeCode } from '../../infra/edge-function.ts';
import { canonicalPath } from '../../lib/http/canonical-path.ts';

const families = ['openai', 'anthropic', 'bedrock', 'console'];

interface EdgeRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Selected {
  readonly origin: string | undefined;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly uri: string;
}

/** Runs the code as CloudFront does. */
function run(uri: string, { method = 'GET', headers = {} }: EdgeRequest = {}, served = families): Selected {
  const given = Object.entries({ host: 'llm.example.com', ...headers }).map(([name, value]) => [name, { value }]);
  const request = { method, uri, headers: Object.fromEntries(given) };
  let origin: string | undefined;
  const cf = {
    selectRequestOriginById(id: string) {
      origin = id;
    },
  };
  const body = edgeCode(served).replace(/^import cf from 'cloudfront';$/m, '');
  const returned = runInNewContext(`${body}; handler(event)`, { cf, event: { request } });
  return { origin, headers: returned.headers, uri: returned.uri };
}

/** The family that a server with all of them selects. */
function expected(uri: string, { method = 'GET', headers = {} }: EdgeRequest): string {
  const request = new Request(`https://llm.example.com${uri}`, { method, headers });
  return wantsConsole(request) ? 'console' : familyOf(canonicalPath(request), request.headers);
}

const version = { 'anthropic-version': '2023-06-01' };

describe('the code at the edge', () => {
  test.each<[string, EdgeRequest, string]>([
    ['/v1/chat/completions', { method: 'POST' }, 'openai'],
    ['/v1/responses', { method: 'POST' }, 'openai'],
    ['/openai/v1/chat/completions', { method: 'POST' }, 'openai'],
    ['/api/v1/chat/completions', { method: 'POST' }, 'openai'],
    ['/v1/messages', { method: 'POST' }, 'anthropic'],
    ['//v1/v1/messages/', { method: 'POST' }, 'anthropic'],
    ['/messages/count_tokens', { method: 'POST' }, 'anthropic'],
    ['/v1/complete', { method: 'POST' }, 'anthropic'],
    ['/model/us.anthropic.claude-opus-4-8-v1%3A0/converse-stream', { method: 'POST' }, 'bedrock'],
    ['/v1/models', {}, 'openai'],
    ['/v1/models', { headers: version }, 'anthropic'],
    ['/v1/streams/abc', {}, 'openai'],
    ['/v1/streams/abc', { headers: version }, 'anthropic'],
    ['/', { headers: { accept: 'text/html,*/*' } }, 'console'],
    ['/', {}, 'openai'],
    ['/console/main.js', {}, 'console'],
  ])('sends %s with %j to the function %s', (uri, request, origin) => {
    expect(run(uri, request).origin).toBe(origin);
    expect(expected(uri, request)).toBe(origin);
  });

  test('selects as a server with all functions does, for any path', () => {
    const piece = fc.constantFrom(
      'v1',
      'api',
      'openai',
      'messages',
      'complete',
      'model',
      'models',
      'console',
      'a%2Fb',
      '',
      'x.y',
    );
    const uris = fc.array(piece, { maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`);
    const methods = fc.constantFrom('GET', 'HEAD', 'POST');
    const headers = fc.constantFrom({}, version, { accept: 'text/html' });
    fc.assert(
      fc.property(uris, methods, headers, (uri, method, sent) => {
        const request = { method, headers: sent };
        expect(run(uri, request).origin).toBe(expected(uri, request));
      }),
    );
  });

  test('passes the host and the unchanged path of the client on', () => {
    const { headers, uri } = run('//v1/messages', { method: 'POST' });
    expect(headers['x-sluice-host']).toEqual({ value: 'llm.example.com' });
    expect(uri).toBe('//v1/messages');
  });

  test('selects nothing in front of one server, and no console that is not there', () => {
    expect(run('/v1/messages', {}, ['web']).origin).toBeUndefined();
    expect(run('/', { headers: { accept: 'text/html' } }, ['openai', 'anthropic', 'bedrock']).origin).toBe('openai');
  });

  test('has only the JavaScript that CloudFront runs, and fits its limit of 10 KB', () => {
    const isRunnable = (code: string) =>
      transformSync(code, {
        target: 'es5',
        supported: { 'const-and-let': true, arrow: true, 'template-literal': true },
        logLevel: 'silent',
      });
    const code = edgeCode(families);
    expect(Buffer.byteLength(code)).toBeLessThan(10_000);
    const [first, ...rest] = code.split('\n');
    expect(first).toBe("import cf from 'cloudfront';");
    isRunnable(rest.join('\n'));
    // What an earlier version had. CloudFront refuses to create such a function.
    expect(() => isRunnable('function handler({ request }) { return request; }')).toThrow('destructuring');
  });
});
