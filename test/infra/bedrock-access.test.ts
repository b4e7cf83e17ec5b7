import { describe, expect, test } from 'vitest';
import { bedrockAccess, countTokensAccess, profilesWithModelUnknown } from '../../infra/bedrock-access.ts';
import { inferenceProfileRegions } from '../../infra/inference-profile-regions.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const place = { partition: 'aws', region: 'us-west-2', account: '111122223333' };
const access = (input: ConfigInput) => bedrockAccess(checkConfig(input, 'test.json'), place, 'test.json');
const model = (region: string, id: string) => `arn:aws:bedrock:${region}::foundation-model/${id}`;
const profile = (region: string, id: string) => `arn:aws:bedrock:${region}:111122223333:inference-profile/${id}`;

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('what must be granted for a model of Bedrock', () => {
  test('is nothing where the configuration names none', () => {
    expect(access({ models: { a: 'openai/gpt-4o' } })).toEqual([]);
  });

  test('is the model itself, in the region that is asked', () => {
    expect(access({ models: { a: 'bedrock/amazon.nova-pro-v1:0' } })).toEqual([
      { resources: [model('us-west-2', 'amazon.nova-pro-v1:0')] },
    ]);
  });

  test.each(['zai.glm-4.6', 'minimax.minimax-m2.1', 'openai.gpt-oss-120b-1:0'])(
    'takes no part of the name %s for a prefix',
    (id) => {
      expect(access({ models: { a: `bedrock/${id}` } })).toEqual([{ resources: [model('us-west-2', id)] }]);
    },
  );

  test('is a profile, and through it alone the model in each region to which it leads', () => {
    expect(access({ models: { a: `bedrock/us.${claude}` } })).toEqual([
      { resources: [profile('us-west-2', `us.${claude}`)] },
      {
        resources: ['us-west-2', 'us-east-1', 'us-east-2', 'us-west-1'].map((region) => model(region, claude)),
        throughProfile: profile('us-west-2', `us.${claude}`),
      },
    ]);
  });

  test('is in the region of the provider that is named, whatever that provider is called', () => {
    const providers = { europe: { kind: 'bedrock', region: 'eu-central-1' } } as const;
    const [direct, behind] = access({ providers, models: { a: `europe/eu.${claude}` } });
    expect(direct?.resources).toEqual([profile('eu-central-1', `eu.${claude}`)]);
    expect(new Set(behind?.resources)).toEqual(new Set(inferenceProfileRegions.eu?.map((region) => model(region, claude))));
  });

  test('is for a global profile the model in the region that is asked, and the one of no region', () => {
    expect(access({ models: { a: `bedrock/global.${claude}` } })).toEqual([
      { resources: [profile('us-west-2', `global.${claude}`)] },
      {
        resources: [model('us-west-2', claude), `arn:aws:bedrock:::foundation-model/${claude}`],
        throughProfile: profile('us-west-2', `global.${claude}`),
      },
    ]);
  });

  test('is an ARN as it is given', () => {
    const arns = [
      'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123',
      'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123',
      'arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123',
      model('us-east-1', claude),
    ];
    for (const arn of arns) expect(access({ models: { a: `bedrock/${arn}` } })).toEqual([{ resources: [arn] }]);
  });

  test('is for the ARN of a profile the models behind it too', () => {
    const arn = profile('us-west-2', `us.${claude}`);
    expect(access({ models: { a: `bedrock/${arn}` } })).toEqual(access({ models: { a: `bedrock/us.${claude}` } }));
  });

  test('is for an application profile what it was made from, where that is told', () => {
    const arn = 'arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/abc123';
    const told: ConfigInput = { models: { a: { targets: [{ target: `bedrock/${arn}`, profileOf: `us.${claude}` }] } } };
    expect(access(told)).toEqual([
      { resources: [arn] },
      {
        resources: ['us-west-2', 'us-east-1', 'us-east-2', 'us-west-1'].map((region) => model(region, claude)),
        throughProfile: arn,
      },
    ]);
    expect(profilesWithModelUnknown(checkConfig(told, 'test.json'))).toEqual([]);
    expect(profilesWithModelUnknown(checkConfig({ models: { a: `bedrock/${arn}` } }, 'test.json'))).toEqual([arn]);
  });

  test('is of each target of an alias, each once', () => {
    const targets = ['bedrock/amazon.nova-pro-v1:0', 'openai/gpt-4o', { target: 'bedrock/meta.llama3-70b-instruct-v1:0' }];
    expect(access({ models: { a: { targets }, b: 'bedrock/amazon.nova-pro-v1:0' } })).toEqual([
      { resources: [model('us-west-2', 'amazon.nova-pro-v1:0'), model('us-west-2', 'meta.llama3-70b-instruct-v1:0')] },
    ]);
  });

  test.each(['sa', 'emea'])('is not known for a profile of %s, and the error has the line to add', (prefix) => {
    expect(() => access({ models: { a: `bedrock/${prefix}.${claude}` } })).toThrow(
      new RegExp(
        `^test\\.json: models: .*found "${prefix}\\..*Add the line "${prefix}: \\['<region>', …\\]," to infra/inference-profile-regions\\.ts`,
      ),
    );
  });

  test('holds no wildcard, whatever the prefix', () => {
    for (const prefix of Object.keys(inferenceProfileRegions)) {
      const resources = access({ models: { a: `bedrock/${prefix}.${claude}` } }).flatMap((grant) => grant.resources);
      expect(resources.filter((arn) => /[*?]/.test(arn))).toEqual([]);
    }
  });
});

describe('what must be granted for a count of tokens', () => {
  test('is each Claude itself, not the profile that leads to it, and no other model', () => {
    const targets = [
      `bedrock/us.${claude}`,
      `bedrock/${profile('us-west-2', `eu.${claude}`)}`,
      `bedrock/${model('us-east-1', claude)}`,
      'bedrock/amazon.nova-pro-v1:0',
      'bedrock/arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123',
      'anthropic/claude-sonnet-4-5',
    ];
    expect(countTokensAccess(checkConfig({ models: { a: { targets } } }, 'test.json'), place)).toEqual([
      model('us-west-2', claude),
      model('us-east-1', claude),
    ]);
  });
});
