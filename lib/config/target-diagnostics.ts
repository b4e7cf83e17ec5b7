import { providerPresets } from '../providers/presets.ts';
import { type ConfigDiagnostic, type ConfigPath, shown } from './diagnostic.ts';
import { nearest } from './nearest.ts';

/** What a target may refer to. */
export interface Known {
  readonly providers: readonly string[];
  readonly models: readonly string[];
  /** The embedded providers are enabled. */
  readonly emulator: boolean;
}

const embedded = 'demo';

/** Problems of a target: not in the form `provider/model`, an alias, or an unknown provider. */
export function targetDiagnostics(path: ConfigPath, target: string, known: Known): ConfigDiagnostic[] {
  const diagnostic = (expected: string, fix: string): ConfigDiagnostic[] => [{ path, expected, found: shown(target, path), fix }];
  if (known.models.includes(target)) {
    return diagnostic(
      'a target of a provider',
      `This is a model of this configuration, and a model cannot refer to another model. Use its targets.`,
    );
  }
  const provider = /^([^/\s]+)\/\S+$/.exec(target)?.[1];
  if (provider === undefined) return diagnostic('a target such as "openai/gpt-4o-mini"', 'Write it as provider/model.');
  if (provider === embedded) {
    return known.emulator ? [] : diagnostic('a target of a provider', 'The embedded providers are off. Set `emulator` to true.');
  }
  const providers = [...new Set([...known.providers, ...Object.keys(providerPresets)])];
  if (providers.includes(provider)) return [];
  const [near] = nearest(provider, providers, 1);
  const meant = near === undefined ? '' : `Did you mean "${near}${target.slice(provider.length)}"? If not, `;
  const add = `${meant ? 'add' : 'Add'} \`${provider}\` to \`providers\`, with its kind and base URL.`;
  return diagnostic('a target of a provider', meant + add);
}
