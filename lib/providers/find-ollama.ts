import { isObject, type Json } from '../stream/json.ts';
import { send } from '../transport/send.ts';
import { givenKey } from './key-source.ts';
import { makeProvider } from './make-provider.ts';
import { providerPresets } from './presets.ts';
import type { Provider } from './provider.ts';

/** The timeout for a server on this machine, in milliseconds. */
const limitMs = 300;

/** Finds a running Ollama on this machine and its models. */
export async function findOllama(): Promise<{ provider: Provider; models: string[] } | undefined> {
  const record = providerPresets.ollama;
  if (!record?.baseUrl) return undefined;
  try {
    const answer = await send({
      url: new URL(`${record.baseUrl}/models`),
      method: 'GET',
      headers: {},
      signal: AbortSignal.timeout(limitMs),
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of answer.body) pieces.push(piece);
    const provider = makeProvider({ name: 'ollama', kind: record.kind, baseUrl: record.baseUrl, key: givenKey() });
    return { provider, models: modelIds(JSON.parse(Buffer.concat(pieces).toString())).map((id) => `ollama/${id}`) };
  } catch {
    return undefined;
  }
}

function modelIds(list: Json): string[] {
  const data = isObject(list) && Array.isArray(list.data) ? list.data : [];
  return data.map((item) => (isObject(item) && typeof item.id === 'string' ? item.id : '')).filter((id) => id !== '');
}
