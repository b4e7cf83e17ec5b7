import { configuredProviders } from '../lib/app/configured-providers.ts';
import { readDevelopment } from '../lib/app/development.ts';
import { refuseOwnAddress } from '../lib/app/refuse-own-address.ts';
import { createSluice } from '../lib/app/sluice.ts';
import { demoProviders } from '../lib/emulator/demo-providers.ts';
import { serveNode } from '../lib/http/node-server.ts';
import { findOllama } from '../lib/providers/find-ollama.ts';
import { allFunctions } from './all.ts';
import { consoleApp } from './console/app.ts';
import { consoleFiles } from './console/development-files.ts';
import { run, stopOnSignals } from './run-server.ts';
import { welcome } from './welcome.ts';

/** How long running streams may go on after the first Ctrl-C, in milliseconds. */
const graceMs = 10_000;

/** Every function on one port, with the embedded providers beside the real ones. */
async function main(): Promise<void> {
  const environment = process.env;
  const { config, file, port, hostname, keys } = await readDevelopment(environment);
  refuseOwnAddress({ environment, config, file }, port);

  const providers = configuredProviders(config, environment, file);
  const demo = config.emulator ? await demoProviders() : undefined;
  for (const [name, provider] of demo?.providers ?? []) providers.set(name, provider);
  const ollama = await findOllama();
  if (ollama && !providers.has('ollama')) providers.set('ollama', ollama.provider);

  const listed = [...(demo?.models ?? []), ...(ollama?.models ?? [])];
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const sluice = createSluice({ config, file, providers, listed, keys, log });
  const server = await serveNode(allFunctions(sluice, consoleApp(consoleFiles)), { port, hostname });
  process.stderr.write(
    welcome({ url: server.url, names: sluice.routes.names, providers: [...providers.keys()], withKeys: keys !== undefined }),
  );

  stopOnSignals(async (graceMs) => {
    await server.close(graceMs);
    await demo?.close();
  }, graceMs);
}

run(main);
