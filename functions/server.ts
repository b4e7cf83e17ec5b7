import config from '#config';
import { consoleFiles } from '#console';
import { preparedSluice } from '../lib/app/deployed-sluice.ts';
import { readListenAddress } from '../lib/app/listen-address.ts';
import { keyFileName, withKeys } from '../lib/config/key-file.ts';
import { serveNode } from '../lib/http/node-server.ts';
import { lineWriter } from '../lib/telemetry/line-writer.ts';
import { allFunctions } from './all.ts';
import { consoleApp } from './console/app.ts';
import { run, stopOnSignals } from './run-server.ts';

/** The maximum duration of a stream. If that is too long, the container platform ends it earlier. */
const graceMs = 840_000;

/**
 * Every function on one port, for containers and Lambda Web Functions. As when deployed, there are no embedded
 * providers and every client needs a key. Unlike a Lambda function, the server notices a disconnecting client and
 * aborts its upstream request.
 */
async function main(): Promise<void> {
  const output = lineWriter(1);
  // A bundle already has its keys in the configuration, and no key file next to it.
  const sluice = await preparedSluice({ config: withKeys(config, keyFileName), environment: process.env, log: output.write });
  const page = config.console ? consoleApp({ sluice, load: consoleFiles }) : undefined;
  const server = await serveNode(allFunctions(sluice, page), readListenAddress(process.env));
  process.stderr.write(`Sluice is listening on ${server.url}\n`);
  stopOnSignals(async (graceMs) => {
    await server.close(graceMs);
    await output.flush();
  }, graceMs);
}

run(main);
