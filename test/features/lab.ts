import type { ConfigInput } from '../../lib/config/schema.ts';
import type { EmulatedCall } from '../../lib/emulator/log.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { type Served, serve } from '../support/serve.ts';
import type { Truth } from '../support/truth/truth.ts';
import { type Format, truthOf } from '../support/truth/truth-of.ts';
import { azureDouble, predictionGuardDouble } from './doubles.ts';

/** One way to call a provider: its common name, and a model that is called this way. */
export interface AskedProvider {
  readonly name: string;
  readonly model: string;
  /** Its models know neither tools nor pictures. */
  readonly textAlone?: true;
}

/** Every provider in these tests. A new one is a line, and an entry in the lab's configuration if it needs one. */
export const askedProviders: readonly AskedProvider[] = [
  { name: 'OpenAI, chat completions', model: 'openai/gpt-5.1' },
  { name: 'OpenAI, Responses', model: 'openai/gpt-5-pro' },
  { name: 'OpenAI, completions', model: 'openai/davinci-002', textAlone: true },
  { name: 'any OpenAI-compatible server', model: 'compatible/chat' },
  { name: 'Azure OpenAI', model: 'azure/gpt-5.1' },
  { name: 'Prediction Guard', model: 'predictionguard/chat' },
  { name: 'Empower', model: 'empower/chat' },
  { name: 'Anthropic', model: 'anthropic/claude-sonnet-4-5' },
  { name: 'Gemini', model: 'gemini/gemini-3-flash-preview' },
  { name: 'Bedrock, Claude (Converse)', model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { name: 'Bedrock, Claude (Invoke)', model: 'invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { name: 'Bedrock, Nova', model: 'bedrock/us.amazon.nova-pro-v1:0' },
  { name: 'Bedrock, Claude 2', model: 'bedrock-chosen/anthropic.claude-v2:1', textAlone: true },
  { name: 'Bedrock, Titan', model: 'bedrock-chosen/amazon.titan-text-express-v1', textAlone: true },
  { name: 'Bedrock, Llama (Invoke)', model: 'invoke/us.meta.llama3-3-70b-instruct-v1:0', textAlone: true },
];

/** Every function, and behind it one provider of each kind. */
export interface Lab {
  readonly served: Served;
  /** The last call that reached a provider. */
  last(): EmulatedCall | undefined;
  /** The provider's response to the same request without the gateway, read naively. Its answers never change. */
  truth(call: EmulatedCall): Promise<{ truth: Truth; raw: string }>;
  close(): Promise<void>;
}

export interface LabSettings {
  /** Client keys; none are needed where this is left out. */
  readonly keys?: readonly string[];
  /** Models by other names. */
  readonly models?: Readonly<Record<string, string>>;
  /** Milliseconds per token, 0 by default. */
  readonly paceMs?: number;
}

export async function openLab({ keys: clientKeys, models = {}, paceMs = 0 }: LabSettings = {}): Promise<Lab> {
  const emulator = await startEmulator({ paceMs });
  const doubles = await Promise.all([azureDouble(emulator.openaiUrl), predictionGuardDouble(emulator.openaiUrl)]);
  const [azure, predictionguard] = doubles;
  const bedrock = { kind: 'bedrock', baseUrl: emulator.bedrockUrl, region: 'us-east-1' } as const;
  const config: ConfigInput = {
    models,
    providers: {
      openai: { baseUrl: emulator.openaiUrl },
      compatible: { kind: 'openai-compatible', baseUrl: emulator.openaiUrl, key: { env: 'LAB_KEY' } },
      azure: { baseUrl: azure.url },
      predictionguard: { baseUrl: predictionguard.url },
      empower: { baseUrl: emulator.openaiUrl },
      anthropic: { baseUrl: emulator.anthropicUrl },
      gemini: { baseUrl: emulator.geminiUrl },
      bedrock: { ...bedrock, api: 'converse' },
      invoke: { ...bedrock, api: 'invoke' },
      'bedrock-chosen': bedrock,
    },
  };
  const keys = ['LAB', 'OPENAI_API', 'AZURE_OPENAI_API', 'PREDICTIONGUARD_API', 'EMPOWER_API', 'ANTHROPIC_API', 'GEMINI_API'];
  const served = await serve({
    config,
    ...(clientKeys && { keys: clientKeys }),
    environment: {
      ...Object.fromEntries(keys.map((name) => [`${name}_KEY`, 'any-key-of-the-lab'])),
      AWS_ACCESS_KEY: emulator.credentials.accessKeyId,
      AWS_SECRET_KEY: emulator.credentials.secretAccessKey,
    },
  });
  return {
    served,
    // The gateway also fetches the list of models, in the background.
    last: () => emulator.log.findLast(({ method }) => method === 'POST'),
    truth: (call) => upstreamTruth(emulator, call),
    async close() {
      await served.close();
      await Promise.all(doubles.map((one) => one.close()));
      await emulator.close();
    },
  };
}

/** What an answer to each path is written in. */
const formats: readonly (readonly [path: RegExp, format: Format])[] = [
  [/\/chat\/completions/, 'openai-chat'],
  [/\/completions/, 'openai-completions'],
  [/\/responses/, 'openai-responses'],
  [/\/messages/, 'anthropic-messages'],
  [/\/converse-stream/, 'bedrock-converse'],
  [/\/invoke-with-response-stream/, 'bedrock-invoke'],
  [/:streamGenerateContent/, 'gemini'],
];

async function upstreamTruth(emulator: Emulator, { path, body }: EmulatedCall): Promise<{ truth: Truth; raw: string }> {
  const answer = await fetch(new URL(path, emulator.anthropicUrl), {
    method: 'POST',
    headers: {
      authorization: 'Bearer any',
      'x-goog-api-key': 'any',
      ...(path.startsWith('/v1/messages') && { 'anthropic-version': '2023-06-01', 'x-api-key': 'any' }),
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const format = formats.find(([pattern]) => pattern.test(path))?.[1];
  if (!format || !answer.ok) throw new Error(`${path} responded with ${answer.status}: ${Buffer.from(bytes)}`);
  return { truth: truthOf({ format, bytes }), raw: Buffer.from(bytes).toString() };
}
