import { ConfigError } from '../lib/config/config-error.ts';
import type { Config } from '../lib/config/schema.ts';
import { countedModel } from '../lib/providers/bedrock-count-tokens.ts';
import { providerPresets } from '../lib/providers/presets.ts';
import { inferenceProfileRegions } from './inference-profile-regions.ts';

/** What the functions do with a model. Every resource below is granted all of it. */
export const bedrockActions = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

/** The location of the stack. Each may be a token that CloudFormation fills in. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** ARNs that may be invoked. Those of models behind a profile only through that profile. */
export interface BedrockGrant {
  readonly resources: readonly string[];
  readonly throughProfile?: string;
}

/**
 * The grants for the Bedrock models in the configuration, and nothing else. Throws a ConfigError for an inference
 * profile with unknown regions.
 */
export function bedrockAccess(config: Config, place: Place, file: string): BedrockGrant[] {
  const direct = new Set<string>();
  const behind = new Map<string, Set<string>>();
  for (const { model, profileOf, region } of bedrockTargets(config, place)) {
    const { arn, id } = arnAndId(model, { ...place, region });
    direct.add(arn);
    const reached = profileOf ?? (arn.includes(':inference-profile/') ? id : undefined);
    if (reached !== undefined) {
      const models = modelArns(reached, { ...place, region }, file);
      behind.set(arn, new Set([...(behind.get(arn) ?? []), ...models]));
    }
  }
  if (direct.size === 0) return [];
  return [{ resources: [...direct] }, ...[...behind].map(([throughProfile, arns]) => ({ resources: [...arns], throughProfile }))];
}

/**
 * ARNs of the models that count tokens. Only Claude does, and only under its model id, whatever profile is
 * configured.
 */
export function countTokensAccess(config: Config, place: Place): string[] {
  const counted = bedrockTargets(config, place).flatMap(({ model, region }) => {
    const id = countedModel(model);
    if (id.startsWith('anthropic.')) return [modelArn(id, place, region)];
    return id.includes('::foundation-model/anthropic.') ? [id] : [];
  });
  return [...new Set(counted)];
}

/** Application profiles whose models are not in the configuration. Bedrock requires a grant on those models too. */
export function profilesWithModelUnknown(config: Config): string[] {
  return bedrockTargets(config, { partition: 'aws', region: '', account: '' })
    .filter(({ model, profileOf }) => model.includes(':application-inference-profile/') && profileOf === undefined)
    .map(({ model }) => model);
}

interface BedrockTarget {
  readonly model: string;
  readonly profileOf: string | undefined;
  readonly region: string;
}

function bedrockTargets(config: Config, place: Place): BedrockTarget[] {
  const targets = Object.values(config.models).flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.targets));
  return targets.flatMap((item) => {
    const { target, profileOf } = typeof item === 'string' ? { target: item, profileOf: undefined } : item;
    const slash = target.indexOf('/');
    const name = target.slice(0, slash);
    const provider = config.providers[name];
    if ((provider?.kind ?? providerPresets[name]?.kind) !== 'bedrock') return [];
    return [{ model: target.slice(slash + 1), profileOf, region: provider?.region ?? place.region }];
  });
}

/** The ARN of a target, and the id at its end. A given ARN is used unchanged. */
function arnAndId(model: string, place: Place): { arn: string; id: string } {
  if (model.startsWith('arn:')) return { arn: model, id: model.slice(model.indexOf('/') + 1) };
  const arn = prefixOf(model) === undefined ? modelArn(model, place, place.region) : profileArn(model, place);
  return { arn, id: model };
}

/** Every ARN that a request for this model or profile may use. */
function modelArns(id: string, place: Place, file: string): string[] {
  const prefix = prefixOf(id);
  if (prefix === undefined) return [modelArn(id, place, place.region)];
  const regions = inferenceProfileRegions[prefix];
  if (!regions) {
    const known = Object.keys(inferenceProfileRegions).join(', ');
    throw new ConfigError(
      `${file}: models: expected an inference profile with known regions (${known}), found ${JSON.stringify(id)}. Add the line "${prefix}: ['<region>', …]," to infra/inference-profile-regions.ts, with every region that \`aws bedrock get-inference-profile --inference-profile-identifier ${id}\` lists.`,
    );
  }
  const model = id.slice(prefix.length + 1);
  return [...new Set([place.region, ...regions])].map((region) => modelArn(model, place, region));
}

/**
 * The part of an id that determines the regions of the profile: `us` of `us.anthropic.claude-…`. A vendor may be
 * followed by a dot inside a model name (`zai.glm-4.6`), so an unknown prefix counts only before a vendor, or if it
 * is as short as a country code.
 */
function prefixOf(id: string): string | undefined {
  const [first = '', second] = id.split('.');
  if (second === undefined) return undefined;
  if (Object.hasOwn(inferenceProfileRegions, first) || vendors.has(second)) return first;
  return /^[a-z]{2}(-[a-z]+)?$/.test(first) ? first : undefined;
}

const vendors = new Set([
  'ai21',
  'amazon',
  'anthropic',
  'cohere',
  'deepseek',
  'google',
  'luma',
  'meta',
  'minimax',
  'mistral',
  'moonshot',
  'moonshotai',
  'nvidia',
  'openai',
  'qwen',
  'stability',
  'twelvelabs',
  'writer',
  'zai',
]);

function modelArn(model: string, { partition }: Place, region: string): string {
  return `arn:${partition}:bedrock:${region}::foundation-model/${model}`;
}

function profileArn(id: string, { partition, region, account }: Place): string {
  return `arn:${partition}:bedrock:${region}:${account}:inference-profile/${id}`;
}
