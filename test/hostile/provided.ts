import type { ConfigInput } from '../../lib/config/schema.ts';
import { answerWell } from '../faults/fault.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import type { Spoken } from '../support/spoken/spoken.ts';
import { type Stack, type StackSettings, startStack } from '../support/stack.ts';

/** A whole gateway whose model `steady` is served by a provider on loopback. */
export interface Provided {
  readonly stack: Stack;
  readonly provider: RawServer;
}

/** The provider answers every question well, unless `behave` says otherwise. */
export async function provided(
  spoken: Spoken,
  config: ConfigInput = {},
  more: Partial<StackSettings> = {},
  behave: Parameters<typeof rawServer>[0] = (socket) => answerWell({ spoken, socket }),
): Promise<Provided> {
  const provider = await rawServer(behave);
  const stack = startStack({
    ...more,
    config: {
      retries: 0,
      providers: { first: { kind: spoken.kind, baseUrl: provider.url.href, key: { env: 'TEST_KEY' } } },
      models: { steady: { targets: [`first/${spoken.model}`] } },
      ...config,
    },
  });
  return { stack, provider };
}
