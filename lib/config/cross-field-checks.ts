import { providerPresets } from '../providers/presets.ts';
import type { ConfigDiagnostic, ConfigPath } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import type { Config, TimeoutsConfig } from './schema.ts';
import { targetDiagnostics } from './target-diagnostics.ts';
import { durationText } from './units.ts';

/**
 * What is wrong with parts that are each well-formed: a provider without an address, a target of none, a deadline that
 * can never be reached, two keys of one name. `names` are all names that the file gives to providers and models,
 * also those that stand on a part which is not well-formed and so is not in `config`.
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
    const meant = near === undefined ? '' : `Did you mean \`${near}\`? If not: `;
    return [
      {
        path: ['providers', name, 'kind'],
        expected: 'a kind, since no provider is known by this name',
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

/** The total covers every attempt of an answer, so one target can't have its own. */
function targetTotalDiagnostics(path: ConfigPath, { total }: TimeoutsConfig): ConfigDiagnostic[] {
  if (total === undefined) return [];
  return [
    {
      path,
      expected: 'no `total` on a target, since it covers the whole answer',
      found: durationText(total),
      fix: 'Move it to the `timeouts` of the model.',
    },
  ];
}

/** Of each pair, the first runs out inside the second; what is not written down has a default that fits. */
const inside: readonly (readonly [keyof TimeoutsConfig, keyof TimeoutsConfig])[] = [
  ['connect', 'total'],
  ['firstContent', 'total'],
  ['idle', 'total'],
];

/** Deadlines of this part that another one, of the same part or of what it stands in, always runs out before. */
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
      expected: `less than \`firstContent\`, which is ${durationText(firstContent)} and asks the next target anyhow`,
      found: durationText(hedgeAfter),
      fix: 'Shorten or remove it.',
    },
  ];
}

/** Policies that ask another target, where there is none. */
function singleTargetDiagnostics(path: ConfigPath, { targets, hedgeAfter, continue: continued }: ModelEntry): ConfigDiagnostic[] {
  if (targets.length > 1) return [];
  const policies = [hedgeAfter !== undefined && hedgeAfter !== 'off' && 'hedgeAfter', continued === 'text' && 'continue'].filter(
    (name) => name !== false,
  );
  return policies.map((name) => ({
    path: [...path, name],
    expected: 'a model of two targets or more, since this asks another one',
    found: 'one target',
    fix: 'Add a target, or remove it.',
  }));
}

function keyDiagnostics({ keys }: Config, { models }: ConfiguredNames): ConfigDiagnostic[] {
  return keys.flatMap((key, index) => {
    const path = ['keys', index];
    const earlier = keys.slice(0, index);
    const sameId = earlier.findIndex(({ id }) => id === key.id);
    const sameKey = earlier.findIndex(({ sha256 }) => sha256 === key.sha256);
    const found = (other: number) => `that of keys[${other}]`;
    return [
      ...(sameId < 0
        ? []
        : [{ path: [...path, 'id'], expected: 'an id of its own', found: found(sameId), fix: 'Rename one of the two.' }]),
      ...(sameKey < 0
        ? []
        : [{ path: [...path, 'sha256'], expected: 'a key of its own', found: found(sameKey), fix: 'Remove one of the two.' }]),
      ...key.models.flatMap((model, at) => keyModelDiagnostics([...path, 'models', at], model, models)),
    ];
  });
}

/** A bare name may be one that a provider's record claims; a bare name that looks like an alias is one misspelt. */
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
