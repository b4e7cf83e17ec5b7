/** What `npm run dev:lambda` says when the functions are up. */
export function said({
  urls,
  key,
}: {
  urls: Record<'openai' | 'anthropic' | 'bedrock', string>;
  key: string | undefined;
}): string {
  const shown = key ?? '$SLUICE_KEY';
  return `
Sluice runs as Lambda runs it: bundled, under AWS's runtime client, a process for each request at once, frozen in between

  OpenAI clients      base URL ${urls.openai}/v1
  Anthropic clients   base URL ${urls.anthropic}
  AWS SDKs            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${urls.bedrock}, over HTTP/1.1, the API key as access key id and as secret
  API key             ${key ?? 'one of SLUICE_KEYS or sluice.keys.json'}
  Models              demo/{openai,anthropic,bedrock,gemini}/chat and the other models of the dev server; those of your configuration

  curl -N ${urls.openai}/v1/chat/completions -H 'authorization: Bearer ${shown}' -d '{"model":"demo/openai/chat","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

Lines of the functions and of the platform follow. A caller that leaves is not noticed, as on Lambda. Ctrl-C stops all.

`;
}
