import { developmentKeys } from '../../lib/app/provider-keys.ts';
import { providerSummaries } from '../../lib/app/provider-summary.ts';
import { awsAccess } from '../../lib/aws/access.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Environment } from '../../lib/config/environment.ts';
import { checkConfig, loadConfig } from '../../lib/config/load-config.ts';
import type { Config } from '../../lib/config/schema.ts';
import { providerPresets } from '../../lib/providers/presets.ts';
import { redact } from '../../lib/redact/redact.ts';
import { secretsManager } from '../../lib/secrets/secrets-manager.ts';
import { processClock } from '../../lib/time/clock.ts';
import type { Check, DoctorContext, Finding } from './check.ts';
import { checks } from './checks.ts';
import { usableKey } from './usable-key.ts';

export interface Examined {
  readonly check: Check;
  readonly findings: readonly Finding[];
}

/** Runs all checks concurrently. Never rejects. `limitMs` is the timeout of each request. */
export async function examine(environment: Environment, file: string, limitMs = 5_000): Promise<Examined[]> {
  const context = await authenticate(environment, file, limitMs);
  return Promise.all(checks.map(async (check) => ({ check, findings: await findings(check, context) })));
}

async function authenticate(given: Environment, file: string, limitMs: number): Promise<DoctorContext> {
  const environment = withLegacyCredentials(given);
  const { config, configFaults } = await read(file);
  const aws = awsAccess(environment, processClock());
  const secrets = secretsManager({ access: aws, random: Math.random });
  const region = config.stack.region ?? aws.region;
  const deployedSecrets = secretsManager({ access: { ...aws, region }, random: Math.random });
  const keys = developmentKeys(environment, secrets);
  const enabled = Object.entries(providerPresets).flatMap(([name, record]) => (keys.enables(name, record) ? [name] : []));
  const providers = providerSummaries(config, environment, enabled).map((facts) => {
    const { name, kind, variable, deployedSecret } = facts;
    const own = keys.of(name, config.providers[name] ?? {}, providerPresets[name] ?? { kind });
    const isUnset = variable !== undefined && !environment[variable]?.trim();
    if (!isUnset || deployedSecret === undefined) return { ...facts, key: own };
    const key = usableKey(own, deployedSecrets(deployedSecret), { clock: aws.clock, limitMs });
    return { ...facts, secret: deployedSecret, key };
  });
  return { file, config, configFaults, environment, providers, aws, limitMs };
}

async function read(file: string): Promise<{ config: Config; configFaults: string[] }> {
  try {
    return { config: await loadConfig(file), configFaults: [] };
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return { config: checkConfig({}, file), configFaults: thrown.message.split('\n') };
  }
}

/** Uses the two Bedrock variables for the other AWS services too, if only these are set. */
function withLegacyCredentials(environment: Environment): Environment {
  const { AWS_ACCESS_KEY_ID, AWS_ACCESS_KEY, AWS_SECRET_KEY } = environment;
  if (AWS_ACCESS_KEY_ID || !AWS_ACCESS_KEY || !AWS_SECRET_KEY) return environment;
  return { ...environment, AWS_ACCESS_KEY_ID: AWS_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: AWS_SECRET_KEY };
}

async function findings(check: Check, context: DoctorContext): Promise<Finding[]> {
  try {
    return (await check.run(context)).map(({ state, text, fix }) => ({
      state,
      text: redact(text),
      ...(fix !== undefined && { fix: redact(fix) }),
    }));
  } catch (thrown) {
    const message = redact(thrown instanceof Error ? thrown.message : String(thrown));
    return [{ state: 'wrong', text: message, fix: 'This check failed unexpectedly. The message says why.' }];
  }
}

const marks: Readonly<Record<Finding['state'], string>> = { ok: 'ok', wrong: 'WRONG', later: 'later', unseen: '-' };

/** The findings as text: a section per check, a line per finding, its fix on the next line. */
export function examinationReport(examined: readonly Examined[]): string {
  const sections = Map.groupBy(examined, ({ check }) => check.name);
  const lines = [...sections].flatMap(([name, rows]) => {
    const all = rows.flatMap((row) => row.findings);
    return all.length === 0 ? [] : ['', name, ...all.flatMap(findingLines)];
  });
  const bad = examined.flatMap((row) => row.findings).filter(({ state }) => state === 'wrong').length;
  const verdict = bad === 0 ? 'Everything that is configured works.' : `${bad} ${bad === 1 ? 'check' : 'checks'} failed.`;
  return [...lines, '', verdict].join('\n').trimStart();
}

function findingLines({ state, text, fix }: Finding): string[] {
  return [`  ${marks[state].padEnd(5)}  ${text}`, ...(fix === undefined ? [] : [`         ${fix}`])];
}
