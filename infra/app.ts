import { join, relative } from 'node:path';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import type { Config } from '../lib/config/schema.ts';
import { bundle } from './bundle.ts';
import { checkDeployable } from './check-deployable.ts';
import { createApp } from './create-app.ts';
import { familiesOf } from './families.ts';
import { SluiceStack } from './stack.ts';

/** Always the same folder, because source maps contain it and their content decides whether a function has changed. */
const bundles = join(import.meta.dirname, '..', 'dist', 'functions');

/** The app that the CDK runs (`app` in cdk.json): it creates the templates and their assets from the configuration. */
async function main(environment: NodeJS.ProcessEnv): Promise<void> {
  const file = environment.SLUICE_CONFIG || 'sluice.config.ts';
  const config = await loadConfig(file);
  const region = config.stack.region ?? environment.CDK_DEFAULT_REGION;
  checkDeployable(config, region, file);
  for (const { name, entry } of deployed(config)) {
    const { startBytes, files } = await bundle({ entry, configFile: file, folder: folderOf(name) });
    const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    process.stderr.write(`${name}: ${kilobytes(bytes)}, of which ${kilobytes(startBytes)} load at startup\n`);
  }
  const app = createApp();
  new SluiceStack(app, { config, folderOf, account: environment.CDK_DEFAULT_ACCOUNT, region });
  app.synth();
}

function deployed(config: Config): readonly { name: string; entry: string }[] {
  return config.stack.webFunctions ? [{ name: 'web', entry: 'functions/server.ts' }] : familiesOf(config);
}

function folderOf(name: string): string {
  return relative(process.cwd(), join(bundles, name));
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}

main(process.env).catch((thrown: unknown) => {
  // A known error is printed as a message, an unexpected one with its stack.
  process.stderr.write(`${thrown instanceof ConfigError ? thrown.message : ((thrown as Error).stack ?? String(thrown))}\n`);
  process.exitCode = 1;
});
