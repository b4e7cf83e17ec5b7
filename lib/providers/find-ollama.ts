import { send } from '../transport/send.ts';
import { fixedKey } from './key-source.ts';
import { makeProvider } from './make-provider.ts';
import { providerPresets } from './presets.ts';
import type { Provider } from './provider.ts';

/** The timeout for a server on this machine, in milliseconds. */
const limitMs = 300;

/** A running Ollama on this machine. */
export async function findOllama(): Promise<Provider | undefined> {
  const { kind, baseUrl } = providerPresets.ollama ?? {};
  if (!kind || !baseUrl) return undefined;
  try {
    const url = new URL(`${baseUrl}/models`);
    const answer = await send({ url, method: 'GET', headers: {}, signal: AbortSignal.timeout(limitMs) });
    for await (const _ of answer.body);
    return answer.status === 200 ? makeProvider({ name: 'ollama', kind, baseUrl, key: fixedKey() }) : undefined;
  } catch {
    return undefined;
  }
}
