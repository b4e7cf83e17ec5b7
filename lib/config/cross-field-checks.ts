import { providerPresets } from '../providers/presets.ts';
import type { ConfigDiagnostic, ConfigPath } from './diagnostic.ts';
import { listedKeyRecords } from './key-store.ts';
import { nearest } from './nearest.ts';
import type { Config, TimeoutsConfig } from './schema.ts';
import { targetDiagnostics } from './target-diagnostics.ts';
import { durationText } from './units.ts';

/**
 * Checks that need more than one field: a provider without an address, a target without a provider, a deadline that
 * can never fire, two keys with the same id. `names` are all provider and model names in the file, including those of
 * invalid entries, which are missing from `config`.
 */
export function crossFieldChecks(config: Config, names: ConfiguredNames): ConfigDiagnostic[] {
  return [
    ...Object.entries(config.providers).flatMap(([name, entry]) => providerDiagnostics(name, entry)),
    ...timeoutDiagnostics(['timeouts'], config.timeouts, {}),
    ...Object.entries(config.models).flatMap(([name, entry]) => modelDiagnostics(name, entry, config, names)),
    ...keyDiagnostics(config, names),
  ];
}

export interface ConfiguredNames {
  readonly providers: readonly string[];
  readonly models: readonly string[];
}

function providerDiagnostics(name: string, { kind, baseUrl }: Config['providers'][string]): ConfigDiagnostic[] {
  const record = providerPresets[name] ?? providerPresets[kind ?? ''];
  if (!record && !kind) {
    const [near] = nearest(name, Object.keys(providerPresets), 1);
    const meant = near === undefined ? '' : `Did you mean \`${near}\`? If not, `;
    return [
      {
        path: ['providers', name, 'kind'],
        expected: 'a kind, since this name is not a known provider',
        found: 'nothing',
        fix: `${meant}${meant ? 'add' : 'Add'} one, such as "openai-compatible".`,
      },
    ];
  }
  if (baseUrl || record?.baseUrl || record?.environment?.baseUrl || (kind ?? record?.kind) === 'bedrock') return [];
  return [
    {
      path: ['providers', name, 'baseUrl'],
      expected: 'a URL',
      found: 'nothing',
      fix: "Add the base URL of this provider's API, up to its /v1.",
    },
  ];
}

function modelDiagnostics(
  name: string,
  entry: Config['models'][string],
  { timeouts, emulator }: Config,
  names: ConfiguredNames,
): ConfigDiagnostic[] {
  const path = ['models', name];
  const known = { ...names, emulator };
  if (typeof entry === 'string') return targetDiagnostics(path, entry, known);
  const own = { ...timeouts, ...entry.timeouts };
  return [
    ...entry.targets.flatMap((item, index) => {
      const at = [...path, 'targets', index];
      if (typeof item === 'string') return targetDiagnostics(at, item, known);
      return [
        ...targetDiagnostics([...at, 'target'], item.target, known),
        ...targetTotalDiagnostics([...at, 'timeouts', 'total'], item.timeouts ?? {}),
        ...timeoutDiagnostics([...at, 'timeouts'], item.timeouts ?? {}, own),
      ];
    }),
    ...timeoutDiagnostics([...path, 'timeouts'], entry.timeouts ?? {}, timeouts),
    ...hedgeDiagnostics(path, entry, own),
    ...singleTargetDiagnostics(path, entry),
  ];
}

/** The total covers every attempt, so a target can't have its own. */
function targetTotalDiagnostics(path: ConfigPath, { total }: TimeoutsConfig): ConfigDiagnostic[] {
  if (total === undefined) return [];
  return [
    {
      path,
      expected: 'no `total` on a target, since it covers the whole response',
      found: durationText(total),
      fix: 'Move it to the `timeouts` of the model.',
    },
  ];
}

/** The first timeout of each pair must not be longer than the second. Unset timeouts have defaults that fit. */
const inside: readonly (readonly [keyof TimeoutsConfig, keyof TimeoutsConfig])[] = [
  ['connect', 'total'],
  ['firstContent', 'total'],
  ['idle', 'total'],
];

/** Timeouts that can never fire, because a timeout of the same level or the level above always fires first. */
function timeoutDiagnostics(path: ConfigPath, own: TimeoutsConfig, around: TimeoutsConfig): ConfigDiagnostic[] {
  return inside.flatMap(([inner, outer]) => {
    const ms = own[inner];
    const bound = own[outer] ?? around[outer];
    if (ms === undefined || bound === undefined || ms <= bound) return [];
    return [
      {
        path: [...path, inner],
        expected: `at most \`${outer}\`, which is ${durationText(bound)}`,
        found: durationText(ms),
        fix: `Shorten it, or lengthen \`${outer}\`.`,
      },
    ];
  });
}

type ModelEntry = Exclude<Config['models'][string], string>;

function hedgeDiagnostics(path: ConfigPath, { hedgeAfter }: ModelEntry, { firstContent }: TimeoutsConfig): ConfigDiagnostic[] {
  if (hedgeAfter === undefined || hedgeAfter === 'off' || firstContent === undefined || hedgeAfter < firstContent) return [];
  return [
    {
      path: [...path, 'hedgeAfter'],
      expected: `less than \`firstContent\`, which is ${durationText(firstContent)} and starts the next target anyway`,
      found: durationText(hedgeAfter),
      fix: 'Shorten or remove it.',
    },
  ];
}

/** Settings that need another target, on a model with a single one. */
function singleTargetDiagnostics(path: ConfigPath, { targets, hedgeAfter, continue: continued }: ModelEntry): ConfigDiagnostic[] {
  if (targets.length > 1) return [];
  const policies = [hedgeAfter !== undefined && hedgeAfter !== 'off' && 'hedgeAfter', continued === 'text' && 'continue'].filter(
    (name) => name !== false,
  );
  return policies.map((name) => ({
    path: [...path, name],
    expected: 'a model with at least two targets, since this setting needs another one',
    found: 'one target',
    fix: 'Add a target, or remove it.',
  }));
}

function keyDiagnostics(config: Config, { models }: ConfiguredNames): ConfigDiagnostic[] {
  const keys = listedKeyRecords(config);
  return keys.flatMap((key, index) => {
    const path = ['keys', index];
    const earlier = keys.slice(0, index);
    const sameId = earlier.findIndex(({ id }) => id === key.id);
    const sameKey = earlier.findIndex(({ sha256 }) => sha256 === key.sha256);
    const found = (other: number) => `that of keys[${other}]`;
    return [
      ...(sameId < 0
        ? []
        : [{ path: [...path, 'id'], expected: 'a unique id', found: found(sameId), fix: 'Rename one of the two.' }]),
      ...(sameKey < 0
        ? []
        : [{ path: [...path, 'sha256'], expected: 'a unique key', found: found(sameKey), fix: 'Remove one of the two.' }]),
      ...key.models.flatMap((model, at) => keyModelDiagnostics([...path, 'models', at], model, models)),
    ];
  });
}

/**
 * A bare name may belong to a prefix that a provider preset claims. A bare name that is similar to an alias is a
 * typo.
 */
function keyModelDiagnostics(path: ConfigPath, model: string, models: readonly string[]): ConfigDiagnostic[] {
  const [near] = model === '*' || model.includes('/') || models.includes(model) ? [] : nearest(model, models, 1);
  if (near === undefined) return [];
  return [
    {
      path,
      expected: 'the name of a model, or "*" for all',
      found: JSON.stringify(model),
      fix: `Did you mean \`${near}\`?`,
    },
  ];
}
