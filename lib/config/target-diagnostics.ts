import { providerPresets } from '../providers/presets.ts';
import { type ConfigDiagnostic, type ConfigPath, shown } from './diagnostic.ts';
import { nearest } from './nearest.ts';

/** What a target may name. */
export interface Known {
  readonly providers: readonly string[];
  readonly models: readonly string[];
  /** The embedded providers are there. */
  readonly emulator: boolean;
}

const embedded = 'demo';

/** What is wrong with a target: not of the form `provider/model`, an alias, or of a provider that nobody knows. */
export function targetDiagnostics(path: ConfigPath, target: string, known: Known): ConfigDiagnostic[] {
  const diagnostic = (expected: string, fix: string): ConfigDiagnostic[] => [{ path, expected, found: shown(target, path), fix }];
  if (known.models.includes(target)) {
    return diagnostic(
      'a target of a provider',
      `This is one of the models here, and no model stands for another: name its targets.`,
    );
  }
  const provider = /^([^/\s]+)\/\S+$/.exec(target)?.[1];
  if (provider === undefined)
    return diagnostic('a target such as "openai/gpt-4o-mini"', 'Write the provider, a slash, the model.');
  if (provider === embedded) {
    return known.emulator ? [] : diagnostic('a target of a provider', 'The embedded providers are off: set `emulator` to true.');
  }
  const providers = [...new Set([...known.providers, ...Object.keys(providerPresets)])];
  if (providers.includes(provider)) return [];
  const [near] = nearest(provider, providers, 1);
  const meant = near === undefined ? '' : `Did you mean "${near}${target.slice(provider.length)}"? If not: `;
  const add = `${meant ? 'add' : 'Add'} \`${provider}\` to \`providers\`, with its kind and base URL.`;
  return diagnostic('a target of a provider', meant + add);
}
