import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Config } from '../lib/config/schema.ts';
import { countedModel } from '../lib/providers/bedrock-count-tokens.ts';
import { providerPresets } from '../lib/providers/presets.ts';

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
 * The grants for the Bedrock models in the configuration, and nothing else. A model behind an inference profile is
 * granted in every region, because AWS adds regions to profiles. The condition on the profile limits the grant.
 */
export function bedrockAccess(config: Config, place: Place): BedrockGrant[] {
  const direct = new Set<string>();
  const behind = new Map<string, Set<string>>();
  for (const { model, profileOf, region } of bedrockTargets(config, place)) {
    const { arn, id } = arnAndId(model, { ...place, region });
    direct.add(arn);
    const reached = profileOf ?? (arn.includes(':inference-profile/') ? id : undefined);
    if (reached !== undefined) behind.set(arn, (behind.get(arn) ?? new Set()).add(modelBehind(reached, { ...place, region })));
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

/**
 * What a caller needs at the first use of a third-party model in an account, through Bedrock only. AWS Marketplace has no
 * resources to name. Empty unless the configuration asks for it.
 */
export function subscriptionAccess(config: Config, place: Place): PolicyStatementProps[] {
  if (!config.stack.modelSubscriptions || bedrockTargets(config, place).length === 0) return [];
  return [
    {
      actions: ['aws-marketplace:Subscribe', 'aws-marketplace:ViewSubscriptions'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:CalledViaLast': 'bedrock.amazonaws.com' } },
    },
  ];
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

/** The ARN of the model behind a profile, in every region and without one (global profiles), or of the model itself. */
function modelBehind(id: string, place: Place): string {
  const prefix = prefixOf(id);
  return prefix === undefined ? modelArn(id, place, place.region) : modelArn(id.slice(prefix.length + 1), place, '*');
}

/**
 * The prefix of a profile id: `us` of `us.anthropic.claude-…`. A vendor may be followed by a dot inside a model name
 * (`zai.glm-4.6`), so a prefix counts only before a vendor, or if it is as short as a country code.
 */
function prefixOf(id: string): string | undefined {
  const [first = '', second] = id.split('.');
  if (second === undefined) return undefined;
  return vendors.has(second) || /^([a-z]{2}(-[a-z]+)?|apac|global)$/.test(first) ? first : undefined;
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
