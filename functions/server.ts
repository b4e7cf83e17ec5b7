import config from '#config';
import { consoleFiles } from '#console';
import { deployedSluice } from '../lib/app/deployed-sluice.ts';
import { readListenAddress } from '../lib/app/listen-address.ts';
import { keyFileName, withKeys } from '../lib/config/key-file.ts';
import { serveNode } from '../lib/http/node-server.ts';
import { allFunctions } from './all.ts';
import { consoleApp } from './console/app.ts';
import { run, stopOnSignals } from './run-server.ts';

/** As long as a stream may last: whoever runs the container ends it earlier where that is too long. */
const graceMs = 840_000;

/**
 * Every function on one port, for containers and Lambda Web Functions: as deployed, without the embedded providers,
 * and open to nobody without a key. Here a caller's leaving is seen, and closes what was asked of the provider.
 */
async function main(): Promise<void> {
  const log = (line: string) => process.stdout.write(`${line}\n`);
  // In a bundle its keys are in the configuration already, and no such file lies beside it.
  const sluice = deployedSluice({ config: withKeys(config, keyFileName), environment: process.env, log });
  const page = config.console ? consoleApp(consoleFiles) : undefined;
  const server = await serveNode(allFunctions(sluice, page), readListenAddress(process.env));
  process.stderr.write(`Sluice is listening on ${server.url}\n`);
  stopOnSignals(server.close, graceMs);
}

run(main);
