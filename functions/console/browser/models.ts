/** The names that this key may use. Throws an Error with the server's own words. */
export async function listModels(apiKey: string): Promise<string[]> {
  const response = await fetch('/v1/models', { headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {} });
  const body = (await response.json()) as { data?: { id: string }[]; error?: { message?: string } };
  if (!response.ok || !body.data) throw new Error(body.error?.message ?? `The models cannot be listed: HTTP ${response.status}.`);
  return body.data.map(({ id }) => id);
}
