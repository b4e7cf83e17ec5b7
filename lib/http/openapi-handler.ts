import type { FamilyName } from '../openapi/families.ts';

/** Where routes have it: see `canonicalPath`. */
export const openApiRoute = '/v1/openapi.json';

/**
 * The handler of `/openapi.json`, which wants no key. What makes the document is loaded when it is first asked for, so
 * that it is no part of a cold start.
 */
export function openApiHandler(names: readonly FamilyName[]): () => Promise<Response> {
  let text: Promise<string> | undefined;
  return async () => {
    text ??= import('../openapi/document.ts').then(({ openapiDocument }) => JSON.stringify(openapiDocument(names)));
    return new Response(await text, { headers: { 'content-type': 'application/json' } });
  };
}
