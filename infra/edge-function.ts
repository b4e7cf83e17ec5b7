import { anthropicHeader, anthropicPaths, bedrockPaths } from '../functions/family-of.ts';
import { viewerHostHeader } from '../lib/access/origin-secret.ts';
import { pathRules } from '../lib/http/canonical-path.ts';

/**
 * The code that CloudFront runs for each request. It adds a header with the host that the client requested, because
 * the functions see their own host and clients sign that of the distribution. It then selects the function of the
 * client's family among `families`, by the same rules as a server with all of them.
 *
 * CloudFront's JavaScript is ES 5.1 with const, let and arrow functions. It has no destructuring.
 */
export function edgeCode(families: readonly string[]): string {
  const has = (name: string) => families.includes(name);
  const rules = pathRules.map(([pattern, replacement]) => `.replace(${pattern}, '${replacement}')`).join('');
  const choices = [
    ...(has('console') ? [`isPage(request) ? 'console'`] : []),
    ...(has('bedrock') ? [`${bedrockPaths}.test(path) ? 'bedrock'`] : []),
    ...(has('anthropic') ? [`${anthropicPaths}.test(path) || request.headers['${anthropicHeader}'] ? 'anthropic'`] : []),
  ];
  return `import cf from 'cloudfront';

function isPage(request) {
  const accept = request.headers.accept;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (request.uri.indexOf('/console/') === 0) return true;
  return request.uri === '/' && accept !== undefined && accept.value.indexOf('text/html') >= 0;
}

function handler(event) {
  const request = event.request;
  const path = '/v1' + request.uri${rules};
  request.headers['${viewerHostHeader}'] = { value: request.headers.host.value };
  ${families.length > 1 ? `cf.selectRequestOriginById(${choices.join(' : ')} : 'openai');` : ''}
  return request;
}
`;
}
