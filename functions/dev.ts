import defaultPrices from '#prices';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { configuredProviders } from '../lib/app/configured-providers.ts';
import { readDevelopment } from '../lib/app/development.ts';
import { loadEnvFile } from '../lib/app/env-file.ts';
import { refuseOwnAddress } from '../lib/app/refuse-own-address.ts';
import { createSluice } from '../lib/app/sluice.ts';
import { configuredStreams, developmentStreams } from '../lib/app/streams.ts';
import { awsAccess } from '../lib/aws/access.ts';
import { demoProviders } from '../lib/emulator/demo-providers.ts';
import { serveNode } from '../lib/http/node-server.ts';
import { findOllama } from '../lib/providers/find-ollama.ts';
import { lineWriter } from '../lib/telemetry/line-writer.ts';
import { readableLine } from '../lib/telemetry/readable-line.ts';
import { processClock } from '../lib/time/clock.ts';
import { allFunctions } from './all.ts';
import { statusReporter } from './console/api/status.ts';
import { recordTraffic } from './console/api/traffic.ts';
import { apiViewer } from './console/api-viewer.ts';
import { consoleApp } from './console/app.ts';
import { consoleFiles } from './console/development-files.ts';
import { run, stopOnSignals } from './run-server.ts';
import { welcome } from './welcome.ts';

/** The grace period of running streams after the first Ctrl-C, in milliseconds. */
const graceMs = 10_000;

const help = `npm start -- [--port <number>] [--host <address>] [--config <file>]

Serves every function on one port, with the console and the embedded providers.

  --port    8787, or PORT
  --host    127.0.0.1, or HOST
  --config  sluice.config.ts, or SLUICE_CONFIG

A .env file beside the configuration is read first. LOG=json prints the access log as JSON on a terminal too.

Examples
  npm start
  npm start -- --port 9000
  OPENAI_API_KEY=... npm start
`;

/** Every function on one port, with the embedded providers besides the real ones. */
async function main(): Promise<number> {
  const options = { port: { type: 'string' }, host: { type: 'string' }, config: { type: 'string' } } as const;
  const { values } = readCommandLine(process.argv.slice(2), { help, options });
  const environment = process.env;
  if (values.config) environment.SLUICE_CONFIG = values.config;
  loadEnvFile(environment);
  if (values.port) environment.PORT = values.port;
  if (values.host) environment.HOST = values.host;
  const { config, file, port, hostname, keys } = await readDevelopment(environment);
  refuseOwnAddress({ environment, config, file }, port);

  const providers = configuredProviders(config, environment, file);
  const demo = config.emulator ? await demoProviders() : undefined;
  for (const [name, provider] of demo?.providers ?? []) providers.set(name, provider);
  const ollama = await findOllama();
  if (ollama && !providers.has('ollama')) providers.set('ollama', ollama);

  const shown = process.stdout.isTTY && environment.LOG !== 'json' ? readableLine : (line: string) => line;
  const traffic = recordTraffic();
  const output = lineWriter(1);
  const log = (line: string) => {
    traffic.take(line);
    output.write(shown(line));
  };
  const clock = processClock();
  const access = awsAccess(environment, clock);
  const streams = configuredStreams(config.streams ?? developmentStreams, {
    access,
    table: environment.SLUICE_TABLE,
    clock,
    log,
  });
  const sluice = createSluice({ config, file, providers, demo: demo?.models ?? [], defaultPrices, keys, log, clock, streams });
  const status = statusReporter({ config, environment, file, providers: [...providers.keys()], clientKeys: keys?.length ?? 0 });
  const console = consoleApp({ sluice, load: consoleFiles, development: { traffic, status }, viewer: apiViewer() });
  const server = await serveNode(allFunctions(sluice, console), { port, hostname });
  process.stderr.write(
    welcome({ url: server.url, names: sluice.routes.names, providers: [...providers.keys()], withKeys: keys !== undefined }),
  );

  stopOnSignals(async (graceMs) => {
    await server.close(graceMs);
    await demo?.close();
    await output.flush();
  }, graceMs);
  return 0;
}

run(async () => {
  process.exitCode = await runCommand('npm start', main);
});
