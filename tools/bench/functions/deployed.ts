import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../infra/bundle.ts';
import type { BundleReport } from '../../../infra/bundle-report.ts';
import { keyDigest } from '../../../lib/access/keys.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { credentials } from '../../../lib/emulator/credentials.ts';
import { type EmulatedLambda, type LambdaOptions, startLambda } from '../../../lib/emulator/lambda/start.ts';
import { startSecretsManager } from '../../../lib/emulator/secrets-manager.ts';
import { clientKey } from '../requests.ts';
import type { Row } from '../rows.ts';
import { modelOf, type Shape } from '../shape.ts';
import { functionRows } from './rows.ts';

/** The code under the runtime client: the function of a row, or an empty handler. */
export type Code = Row | 'empty handler';

/** The deployed functions: each bundled with the configuration of its row's provider alone, with provider keys from a Secrets Manager that verifies signatures. */
export interface Deployed {
  /** A new environment that has not started yet. */
  start(code: Code, options?: Partial<LambdaOptions>): Promise<EmulatedLambda>;
  reportOf(code: Code): BundleReport;
  close(): Promise<void>;
}

const emptyHandler = fileURLToPath(new URL('./empty-handler.ts', import.meta.url));

/** Functions in front of the benchmark's upstream, with one model per shape. */
export async function deploy(upstream: URL, shapes: readonly Shape[]): Promise<Deployed> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-bench-')));
  const secrets = await startSecretsManager({ secrets: { 'sluice/openai': 'a-key', 'sluice/anthropic': 'a-key' } });
  const build = (name: string, entry: string, config: ConfigInput) => {
    const configFile = join(folder, `${name}.json`);
    writeFileSync(configFile, JSON.stringify(config));
    return bundle({ entry, configFile, folder: join(folder, name) });
  };
  const empty = await build('empty', emptyHandler, {});
  const built = await Promise.all(
    functionRows.map((row) =>
      build(`${row.client}-${row.upstream}`, `functions/${row.client}/handler.ts`, configFor(row, upstream, shapes)),
    ),
  );
  const reportOf = (code: Code) => (code === 'empty handler' ? undefined : built[functionRows.indexOf(code)]) ?? empty;
  return {
    reportOf,
    start: (code, options = {}) =>
      startLambda({
        folder: reportOf(code).folder,
        ...options,
        environment: {
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
          ...options.environment,
        },
      }),
    async close() {
      await secrets.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configFor(row: Row, upstream: URL, shapes: readonly Shape[]): ConfigInput {
  const providers = {
    openai: { baseUrl: `${upstream.origin}/v1` },
    anthropic: { baseUrl: upstream.origin },
    bedrock: { baseUrl: upstream.origin, region: 'us-east-1' },
  };
  const models = shapes.map((shape) => [modelOf(shape), `${row.upstream}/${modelOf(shape)}`]);
  return {
    keys: [{ id: 'bench', sha256: keyDigest(clientKey) }],
    providers: { [row.upstream]: providers[row.upstream] },
    // When deployed, Bedrock only serves the models in the configuration.
    models: Object.fromEntries(models),
  };
}
