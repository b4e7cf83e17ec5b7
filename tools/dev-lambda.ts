import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, stopOnSignals } from '../functions/run-server.ts';
import { bundle } from '../infra/bundle.ts';
import { freshKey } from '../lib/access/key-form.ts';
import { keyDigest } from '../lib/access/keys.ts';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { readDevelopment } from '../lib/app/development.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { longestTotalMs } from '../lib/config/longest-total.ts';
import { type EmulatedLambda, startLambda } from '../lib/emulator/lambda/start.ts';
import { startSecretsManager } from '../lib/emulator/secrets-manager.ts';
import { startEmulator } from '../lib/emulator/start.ts';
import { demoAdditions, writeDemoConfig } from './dev-lambda/demo-config.ts';
import { secretsFrom } from './dev-lambda/secrets.ts';
import { startupMessage } from './dev-lambda/startup-message.ts';

const families = ['openai', 'anthropic', 'bedrock'] as const;

const help = `npm run dev:lambda

Bundles the functions and runs them as on Lambda: one process per concurrent request, frozen between requests. The first
function listens on PORT (8787), the others on the next two ports. SLUICE_CONFIG names the configuration.

Examples
  npm run dev:lambda
  PORT=9000 npm run dev:lambda
`;

/**
 * `npm run dev:lambda`: runs the functions on this machine as they will be deployed. Reads the same environment as
 * the dev server. The first function listens on `PORT`, the others on the next ports.
 */
async function main(): Promise<number> {
  readCommandLine(process.argv.slice(2), { help });
  const { file, port, keys } = await readDevelopment(process.env);
  const key = keys ? undefined : freshKey('dev');
  const emulator = await startEmulator();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lambda-'));
  const configFile = join(folder, 'config.mjs');
  const keyRecords = keys ?? [{ id: 'dev', sha256: keyDigest(key ?? ''), models: ['*'] }];
  writeDemoConfig(configFile, file, demoAdditions(emulator, keyRecords));
  const config = await loadConfig(configFile);
  const secrets = await startSecretsManager({ secrets: secretsFrom(config, process.env) });

  const functions: EmulatedLambda[] = [];
  for (const [index, family] of families.entries()) {
    const built = await bundle({ entry: `functions/${family}/handler.ts`, configFile, folder: join(folder, family) });
    functions.push(
      await startLambda({
        name: `sluice-${family}`,
        folder: built.folder,
        port: port === 0 ? 0 : port + index,
        memory: config.stack.memory,
        timeoutMs: longestTotalMs(config) + 20_000,
        reservedConcurrency: config.stack.reservedConcurrency,
        log: (line) => process.stdout.write(`${line}\n`),
        environment: {
          AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        },
      }),
    );
  }
  const [openai = '', anthropic = '', bedrock = ''] = functions.map(({ url }) => url);
  process.stderr.write(startupMessage({ urls: { openai, anthropic, bedrock }, key }));

  stopOnSignals(async () => {
    await Promise.all(functions.map((lambda) => lambda.close()));
    await secrets.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }, 0);
  return 0;
}

run(async () => {
  process.exitCode = await runCommand('npm run dev:lambda', main);
});
