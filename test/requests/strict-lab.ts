import type { ConfigInput } from '../../lib/config/schema.ts';
import type { EmulatedCall, EmulatorLog } from '../../lib/emulator/log.ts';
import { startEmulator } from '../../lib/emulator/start.ts';
import { chatServers } from '../../lib/emulator/strict/chat-servers.ts';
import { providerPresets } from '../../lib/providers/presets.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { check, type Reading } from '../support/checker/check.ts';
import { serve } from '../support/serve.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { type ClientName, clients } from './clients.ts';
import { type Addresses, type Scripted, scriptedUpstream } from './scripted-upstream.ts';

/** A request as a client sends it to Sluice, without the member that chooses between a stream and a whole answer. */
export interface ClientRequest {
  readonly client: ClientName;
  /** `provider/model`. */
  readonly model: string;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What became of it. */
export interface Outcome {
  readonly status: number;
  readonly text: string;
  /** The answer as an object, where it is whole. */
  readonly json: JsonObject;
  /** The stream's content, and its violations of the contract. Absent for a whole answer. */
  readonly reading?: Reading;
  /** Members that Sluice dropped and listed. */
  readonly dropped: readonly string[];
  /** The calls that reached the provider. */
  readonly sent: readonly EmulatedCall[];
}

export interface StrictLab {
  send(request: ClientRequest, stream: boolean, scripted?: Scripted): Promise<Outcome>;
  close(): Promise<void>;
}

/** Sluice in front of every strict provider. A scripted answer takes the provider's place for one request. */
export async function openStrictLab(): Promise<StrictLab> {
  const emulator = await startEmulator({ paceMs: 0, strict: true });
  const upstream = await scriptedUpstream();
  const served = await Promise.all([
    serve({ config: configOf(emulator), environment: environmentOf(emulator.credentials) }),
    serve({ config: configOf(upstream), environment: environmentOf(emulator.credentials) }),
  ]);
  return {
    async send({ client, model, body, headers = {} }, stream, scripted) {
      const [strict, other] = served;
      const asked = clients[client];
      const before = emulator.log.at(-1);
      if (scripted) upstream.script(scripted);
      const answer = await (scripted ? other : strict).post(asked.path(model, stream), asked.body(model, body, stream), {
        ...asked.headers,
        ...headers,
      });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const isStream = stream && answer.status === 200;
      const text = Buffer.from(bytes).toString();
      return {
        status: answer.status,
        text,
        json: isStream ? {} : objectOf(parsed(text)),
        ...(isStream && { reading: check(asked.dialect, bytes, { showUsage: asked.showsUsage ?? false }) }),
        dropped: (answer.headers.get('x-sluice-dropped') ?? '').split(', ').filter(Boolean),
        sent: scripted ? upstream.taken() : callsSince(before, emulator.log),
      };
    },
    async close() {
      await Promise.all(served.map((one) => one.close()));
      await Promise.all([emulator.close(), upstream.close()]);
    },
  };
}

/** The log forgets its oldest calls, so that a position in it means nothing later. */
function callsSince(last: EmulatedCall | undefined, log: EmulatorLog): readonly EmulatedCall[] {
  return log.slice(last ? log.indexOf(last) + 1 : 0);
}

function configOf(at: Addresses): ConfigInput {
  const servers = ['lab', ...Object.keys(chatServers)].filter((name) => name !== 'azure');
  const key = { env: 'LAB_KEY' };
  const bedrock = { kind: 'bedrock', baseUrl: at.bedrockUrl, region: 'us-east-1' } as const;
  return {
    providers: {
      openai: { baseUrl: at.openaiUrl, key },
      anthropic: { baseUrl: at.anthropicUrl, key },
      gemini: { baseUrl: at.geminiUrl, key },
      bedrock,
      converse: { ...bedrock, api: 'converse' },
      ...Object.fromEntries(
        servers.map((name) => [
          name,
          { ...(!providerPresets[name] && { kind: 'openai-compatible' as const }), baseUrl: at.serverUrl(name), key },
        ]),
      ),
    },
  };
}

function environmentOf(credentials: { accessKeyId: string; secretAccessKey: string }): Record<string, string> {
  return { LAB_KEY: 'any-key-of-the-lab', AWS_ACCESS_KEY: credentials.accessKeyId, AWS_SECRET_KEY: credentials.secretAccessKey };
}
