import type { ProviderSummary } from '../../lib/app/provider-summary.ts';
import type { AwsAccess } from '../../lib/aws/access.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import type { KeySource } from '../../lib/providers/key-source.ts';

/** What is examined. */
export interface DoctorContext {
  /** Where the configuration is. */
  readonly file: string;
  readonly config: Config;
  /** What is wrong with the file, a line each; then `config` is an empty one. */
  readonly configFaults: readonly string[];
  readonly environment: Environment;
  readonly providers: readonly DoctorProvider[];
  readonly aws: AwsAccess;
  /** How long anybody who is asked may take, in milliseconds. */
  readonly limitMs: number;
}

export interface DoctorProvider extends ProviderSummary {
  readonly key: KeySource;
}

/**
 * What was found: `ok`; `wrong`, something configured that does not work; `later`, what a deployment will want;
 * `unseen`, what could not or need not be looked at.
 */
export interface Finding {
  readonly state: 'ok' | 'wrong' | 'later' | 'unseen';
  readonly text: string;
  /** What to do, as a sentence. */
  readonly fix?: string;
}

/** One row of the doctor's table. Whatever `run` throws is a finding too. */
export interface Check {
  readonly name: string;
  readonly run: (context: DoctorContext) => Promise<Finding[]>;
}

/** A message of ours as a finding: its first sentence says what is wrong, the others what to do. */
export function wrong(message: string): Finding {
  const [, text = message, fix] = /^(.*?)\. (.*)$/s.exec(message) ?? [];
  return { state: 'wrong', text: text.replace(/\.$/, ''), ...(fix !== undefined && { fix }) };
}
