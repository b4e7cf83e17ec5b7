import type { ProviderSummary } from '../../lib/app/provider-summary.ts';
import type { AwsAccess } from '../../lib/aws/access.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import type { KeySource } from '../../lib/providers/key-source.ts';

/** What is checked. */
export interface DoctorContext {
  /** The path of the configuration. */
  readonly file: string;
  readonly config: Config;
  /** The problems in the file, one line each. `config` is empty then. */
  readonly configFaults: readonly string[];
  readonly environment: Environment;
  readonly providers: readonly DoctorProvider[];
  readonly aws: AwsAccess;
  /** The timeout of each request, in milliseconds. */
  readonly limitMs: number;
}

export interface DoctorProvider extends ProviderSummary {
  readonly key: KeySource;
}

/**
 * The result. `ok`, `wrong` (configured but not working), `later` (needed for a deployment), `unseen` (could not be
 * checked or need not be).
 */
export interface Finding {
  readonly state: 'ok' | 'wrong' | 'later' | 'unseen';
  readonly text: string;
  /** What to do, as a sentence. */
  readonly fix?: string;
}

/** One check of the doctor. An error from `run` becomes a finding too. */
export interface Check {
  readonly name: string;
  readonly run: (context: DoctorContext) => Promise<Finding[]>;
}

/** One of our messages as a finding. Its first sentence is the problem, the rest is the fix. */
export function wrong(message: string): Finding {
  const [, text = message, fix] = /^(.*?)\. (.*)$/s.exec(message) ?? [];
  return { state: 'wrong', text: text.replace(/\.$/, ''), ...(fix !== undefined && { fix }) };
}
