import type { FamilyName } from '../openapi/families.ts';

/** The path in the form of the routes. See `canonicalPath`. */
export const openApiRoute = '/v1/openapi.json';

/**
 * The handler of `/openapi.json`, which needs no key. Loads the document generator on the first request, so that cold
 * starts don't load it.
 */
export function openApiHandler(names: readonly FamilyName[]): () => Promise<Response> {
  let text: Promise<string> | undefined;
  return async () => {
    text ??= import('../openapi/document.ts').then(({ openapiDocument }) => JSON.stringify(openapiDocument(names)));
    return new Response(await text, { headers: { 'content-type': 'application/json' } });
  };
}
