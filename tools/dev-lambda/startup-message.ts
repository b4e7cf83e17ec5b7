/** The startup message of `npm run dev:lambda`. */
export function startupMessage({
  urls,
  key,
}: {
  urls: Record<'openai' | 'anthropic' | 'bedrock', string>;
  key: string | undefined;
}): string {
  const shown = key ?? '$SLUICE_KEY';
  return `
Sluice runs as it does on Lambda: bundled, under AWS's runtime client, one process per concurrent request, frozen between requests

  OpenAI clients      base URL ${urls.openai}/v1
  Anthropic clients   base URL ${urls.anthropic}
  AWS SDKs            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${urls.bedrock}, over HTTP/1.1, the API key as both access key id and secret access key
  API key             ${key ?? 'one from SLUICE_KEYS or sluice.keys.json'}
  Models              demo/{openai,anthropic,bedrock,gemini}/chat, the other models of the dev server, and the models of your configuration

  curl -N ${urls.openai}/v1/chat/completions -H 'authorization: Bearer ${shown}' -d '{"model":"demo/openai/chat","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

The logs of the functions and the platform follow. As on Lambda, a function does not notice when a client disconnects. Press Ctrl-C to stop.

`;
}
