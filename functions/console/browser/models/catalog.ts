import type { ModelInfo } from '../../api/types.ts';

/** The server refused a request of the console. */
export class ListingError extends Error {
  /** The key is missing or wrong. */
  readonly wantsKey: boolean;

  constructor(message: string, wantsKey: boolean) {
    super(message);
    this.wantsKey = wantsKey;
  }
}

const authorization = (apiKey: string): Record<string, string> => (apiKey ? { authorization: `Bearer ${apiKey}` } : {});

/** Reads JSON from the server. Throws a ListingError with the server's message. */
export async function getJson<Body>(path: string, apiKey: string): Promise<Body> {
  const response = await fetch(path, { headers: authorization(apiKey) });
  const body = (await response.json().catch(() => ({}))) as { error?: { message?: string } };
  if (response.ok) return body as Body;
  throw new ListingError(body.error?.message ?? `${path} answered with HTTP ${response.status}.`, response.status === 401);
}

/** The models that this key may use, in the server's order. */
export async function listModels(apiKey: string): Promise<readonly ModelInfo[]> {
  const { models } = await getJson<{ models: readonly ModelInfo[] }>('/console/api/models', apiKey);
  return models;
}
