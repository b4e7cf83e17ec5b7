import type { AwsAccess } from '../aws/access.ts';
import type { Config } from '../config/schema.ts';
import type { LoadStreams } from '../streams/durable-streams.ts';
import type { StreamLog } from '../streams/stream-log.ts';
import { failureLine } from '../telemetry/failure-line.ts';
import type { Clock } from '../time/clock.ts';

export interface StreamsEnvironment {
  readonly access: AwsAccess;
  /** The DynamoDB table; needed for that store alone. */
  readonly table: string | undefined;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
}

/** The streams of the dev server, unless its configuration has them. */
export const developmentStreams: Config['streams'] = { store: 'memory', durability: 'standard', whenAbandoned: 'finish' };

type Store = Exclude<NonNullable<Config['streams']>['store'], 'off'>;

/** Where streams are kept, by its word in the configuration. */
const stores: Readonly<Record<Store, (environment: StreamsEnvironment) => Promise<StreamLog>>> = {
  async memory() {
    const { memoryLog } = await import('../streams/memory-log.ts');
    return memoryLog();
  },
  async dynamodb({ access, table = '' }) {
    const { dynamodbLog } = await import('../streams/dynamodb-log.ts');
    return dynamodbLog({ access, table, random: Math.random });
  },
};

/**
 * Durable streams as the configuration wants them; `undefined` where it leaves them off. Their code begins to load at
 * once, while the process starts.
 */
export function configuredStreams(streams: Config['streams'], environment: StreamsEnvironment): LoadStreams | undefined {
  if (!streams || streams.store === 'off') return undefined;
  const { store, durability, whenAbandoned } = streams;
  const load = async () => {
    const [{ createDurableStreams }, log] = await Promise.all([
      import('../streams/durable-streams.ts'),
      stores[store](environment),
    ]);
    const { clock, now = Date.now } = environment;
    const onFailure = (cause: unknown) => environment.log(failureLine('streams', cause));
    return createDurableStreams({ log, clock, now, durability, whenAbandoned, unkeyedClaimMs: 1_000, onFailure });
  };
  const loaded = load();
  return () => loaded;
}
