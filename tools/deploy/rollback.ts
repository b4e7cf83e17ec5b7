import { familiesOf } from '../../infra/families.ts';
import { liveAlias } from '../../infra/live-alias.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import { isObject } from '../../lib/stream/json.ts';
import { type LambdaCall, lambdaApi } from './lambda-api.ts';

interface Move {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Points every function's URL to the version before the current one. First looks at all of them, so that it moves
 * either all or none. Throws a ConfigError where one has no version before. Gives the exit code.
 */
export async function rollback(config: Config, environment: Environment, args: readonly string[]): Promise<number> {
  if (args.length > 0) throw new ConfigError(`rollback: expected no arguments, found ${JSON.stringify(args[0])}`);
  if (config.stack.webFunctions) {
    throw new ConfigError(
      'rollback: Web Functions keep no earlier revision. Deploy the commit before: git checkout <commit> && npm run deploy',
    );
  }
  const call = await lambdaApi(config, environment);
  const names = familiesOf(config).map(({ name }) => `${config.stack.name}-${name}`);
  const moves = await Promise.all(names.map((name) => moveOf(call, name)));
  for (const { name, from, to } of moves) {
    await call(`${name}/aliases/${liveAlias}`, { FunctionVersion: String(to), RoutingConfig: { AdditionalVersionWeights: {} } });
    process.stderr.write(`${name}: version ${from} -> ${to}\n`);
  }
  process.stderr.write(
    'New requests reach these versions at once. Secrets, keys and permissions stay as they are. The next deployment with a change moves the URLs forward again.\n',
  );
  return 0;
}

async function moveOf(call: LambdaCall, name: string): Promise<Move> {
  const { FunctionVersion } = await call(`${name}/aliases/${liveAlias}`);
  const from = Number(FunctionVersion);
  const to = Math.max(...(await versions(call, name)).filter((version) => version < from));
  if (Number.isFinite(to)) return { name, from, to };
  throw new ConfigError(`rollback: ${name} has no version before ${from}. Nothing was changed.`);
}

/** The numbers of the published versions. */
async function versions(call: LambdaCall, name: string): Promise<number[]> {
  const found: number[] = [];
  let marker = '';
  do {
    const page = await call(`${name}/versions?MaxItems=50${marker && `&Marker=${encodeURIComponent(marker)}`}`);
    const items = Array.isArray(page.Versions) ? page.Versions : [];
    found.push(...items.map((item) => Number(isObject(item) ? item.Version : Number.NaN)).filter(Number.isInteger));
    marker = typeof page.NextMarker === 'string' ? page.NextMarker : '';
  } while (marker !== '');
  return found;
}
