import type { ConfigInput } from '../../lib/config/schema.ts';
import { answerWell } from '../faults/fault.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { type Stack, type StackSettings, startStack } from '../support/stack.ts';

/** A whole gateway whose model `steady` is served by a provider on loopback. */
export interface Provided {
  readonly stack: Stack;
  readonly provider: RawServer;
}

/** The provider answers every request well, unless `behave` does something else. */
export async function provided(
  providerStream: ProviderStream,
  config: ConfigInput = {},
  more: Partial<StackSettings> = {},
  behave: Parameters<typeof rawServer>[0] = (socket) => answerWell({ providerStream, socket }),
): Promise<Provided> {
  const provider = await rawServer(behave);
  const stack = startStack({
    ...more,
    config: {
      retries: 0,
      providers: { first: { kind: providerStream.kind, baseUrl: provider.url.href, key: { env: 'TEST_KEY' } } },
      models: { steady: { targets: [`first/${providerStream.model}`] } },
      ...config,
    },
  });
  return { stack, provider };
}
