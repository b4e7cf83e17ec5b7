import { readDevelopment, refuseOwnAddress } from '../lib/config/development.ts';
import { ConfigError } from '../lib/config/load-config.ts';
import { configuredProviders } from '../lib/config/providers.ts';
import { demoProviders } from '../lib/emulator/demo-providers.ts';
import { serveNode } from '../lib/http/node-server.ts';
import { findOllama } from '../lib/providers/find-ollama.ts';
import { createSluice } from '../lib/sluice.ts';
import { allFunctions } from './all.ts';
import { welcome } from './welcome.ts';

/** How long running streams may go on after the first Ctrl-C, in milliseconds. */
const graceMs = 10_000;

/** Every function on one port, with the embedded providers beside the real ones. */
async function main(): Promise<void> {
  const environment = process.env;
  const { config, file, port, hostname, keys } = await readDevelopment(environment);
  refuseOwnAddress(environment, port);

  const providers = configuredProviders(config, environment, file);
  const demo = config.emulator ? await demoProviders() : undefined;
  for (const [name, provider] of demo?.providers ?? []) providers.set(name, provider);
  const ollama = await findOllama();
  if (ollama && !providers.has('ollama')) providers.set('ollama', ollama.provider);

  const listed = [...(demo?.models ?? []), ...(ollama?.models ?? [])];
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const sluice = createSluice({ config, file, providers, listed, keys, log });
  const server = await serveNode(allFunctions(sluice), { port, hostname });
  process.stderr.write(
    welcome({ url: server.url, names: sluice.routes.names, providers: [...providers.keys()], withKeys: keys !== undefined }),
  );

  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stderr.write(`Stopping; running streams have ${graceMs / 1000} s to end. Press Ctrl-C again to end them now.\n`);
    await server.close(graceMs);
    await demo?.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

/** What went wrong at the start, for a person: a sentence where we know one. */
function explain(thrown: unknown): string {
  if (thrown instanceof ConfigError) return thrown.message;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return 'environment: PORT: expected a free port, found one in use. Stop the other server, or set PORT to another number.';
  if (code === 'EACCES')
    return 'environment: PORT: expected a port that may be bound, found one that may not. Use one above 1023.';
  return message ?? String(thrown);
}

process.on('unhandledRejection', (reason) => process.stderr.write(`unhandled rejection: ${explain(reason)}\n`));
main().catch((thrown: unknown) => {
  process.stderr.write(`${explain(thrown)}\n`);
  process.exit(1);
});
