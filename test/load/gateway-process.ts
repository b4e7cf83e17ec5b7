import { allFunctions } from '../../functions/all.ts';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { serveNode } from '../../lib/http/node-server.ts';

/** What the process holds at this moment, after its garbage has been collected. */
export interface Measured {
  /** Bytes of JavaScript's heap, and of buffers outside it. */
  readonly memory: number;
  readonly residentMemory: number;
  /** Sockets, timers and the like that keep the process alive, by their kinds. */
  readonly resources: Readonly<Record<string, number>>;
  /** Warnings of the process, such as of too many listeners. */
  readonly warnings: readonly string[];
  /** Outcomes in the access log, by how often they came. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A gateway in a process of its own, whose memory is therefore its alone: `node gateway-process.ts <base URL of the provider>`. */
async function main(baseUrl: string): Promise<void> {
  const outcomes: Record<string, number> = {};
  const warnings: string[] = [];
  process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
  const file = 'the test';
  // A busy machine takes seconds for a thousand connections, which is not what this test measures.
  const timeouts = { connect: '60s' };
  const config = checkConfig({ retries: 0, timeouts, providers: { up: { kind: 'openai-compatible', baseUrl } } }, file);
  const sluice = createSluice({
    config,
    file,
    providers: configuredProviders(config, {}, file),
    keys: undefined,
    log(line) {
      const { outcome } = JSON.parse(line) as { outcome: string };
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
  });
  const server = await serveNode(allFunctions(sluice), { port: 0, hostname: '127.0.0.1' });
  process.on('message', () => void measure().then((measured) => process.send?.(measured)));
  process.on('disconnect', () => process.exit(0));
  process.send?.(server.url);

  async function measure(): Promise<Measured> {
    // Twice, with a turn in between: what is freed may free more.
    for (let turn = 0; turn < 2; turn++) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    return { memory: heapUsed + external, residentMemory: rss, resources, warnings, outcomes: { ...outcomes } };
  }
}

await main(process.argv[2] ?? '');
