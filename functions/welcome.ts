/** What the dev server prints when it is ready: the console, base URLs, providers, models, and a curl to paste. */
export function welcome(server: {
  url: string;
  names: readonly string[];
  providers: readonly string[];
  withKeys: boolean;
}): string {
  const { url, names, providers, withKeys } = server;
  const model = names[0] ?? `${providers[0] ?? 'openai'}/<model>`;
  const real = providers.filter((name) => !name.startsWith('demo/'));
  // Double quotes, so that the shell fills in the key.
  const key = withKeys ? ' -H "authorization: Bearer $SLUICE_KEY"' : '';
  return `
Sluice is listening on ${url}

  Console             ${url}/  in a browser
  OpenAI clients      base URL ${url}/v1
  Anthropic clients   base URL ${url}
  AWS SDKs            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=${url}, the API key as both access key id and secret access key
  API key             ${withKeys ? 'one from SLUICE_KEYS or from npm run keys' : 'any text (SLUICE_KEYS is not set, so only this machine can connect)'}

  Providers           ${real.length > 0 ? real.map((name) => `${name}/<model>`).join('  ') : 'none yet. Set an API key in the environment or in .env to add one (OPENAI_API_KEY, ANTHROPIC_API_KEY, …)'}
  Models              ${wrap(grouped(names), 22)}
${withKeys ? '\n  export SLUICE_KEY=…   # one of your client keys' : ''}
  curl -N ${url}/v1/chat/completions${key} -H 'content-type: application/json' -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Hello"}]}'

`;
}

/** `demo/openai/chat` and so on as one line, because each embedded provider has the same models. */
function grouped(names: readonly string[]): string[] {
  const models = new Map<string, string[]>();
  const rest: string[] = [];
  for (const name of names) {
    const [, provider, model] = /^demo\/([^/]+)\/(.+)$/.exec(name) ?? [];
    if (provider && model) models.set(model, [...(models.get(model) ?? []), provider]);
    else rest.push(name);
  }
  const providers = [...new Set([...models.values()].flat())];
  if (providers.length === 0) return rest;
  return [...rest, `demo/{${providers.join(',')}}/`, ...models.keys()];
}

function wrap(names: readonly string[], indent: number): string {
  const lines: string[] = [''];
  for (const name of names) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + name.length > 90) lines.push(name);
    else lines[lines.length - 1] = last === '' ? name : `${last}  ${name}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
