import { describe, expect, test } from 'vitest';
import { bedrockAccess, countTokensAccess, profilesWithModelUnknown } from '../../infra/bedrock-access.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const place = { partition: 'aws', region: 'us-west-2', account: '111122223333' };
const access = (input: ConfigInput) => bedrockAccess(checkConfig(input, 'test.json'), place);
const model = (region: string, id: string) => `arn:aws:bedrock:${region}::foundation-model/${id}`;
const profile = (region: string, id: string) => `arn:aws:bedrock:${region}:111122223333:inference-profile/${id}`;

const claude = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('the permissions for a Bedrock model', () => {
  test('are empty if the configuration has none', () => {
    expect(access({ models: { a: 'openai/gpt-4o' } })).toEqual([]);
  });

  test('cover the model itself, in the region of the request', () => {
    expect(access({ models: { a: 'bedrock/amazon.nova-pro-v1:0' } })).toEqual([
      { resources: [model('us-west-2', 'amazon.nova-pro-v1:0')] },
    ]);
  });

  test.each(['zai.glm-4.6', 'minimax.minimax-m2.1', 'openai.gpt-oss-120b-1:0'])(
    'don’t mistake the start of the name %s for a profile prefix',
    (id) => {
      expect(access({ models: { a: `bedrock/${id}` } })).toEqual([{ resources: [model('us-west-2', id)] }]);
    },
  );

  test('cover a profile, and through it only its model, in whichever region AWS adds', () => {
    expect(access({ models: { a: `bedrock/us.${claude}` } })).toEqual([
      { resources: [profile('us-west-2', `us.${claude}`)] },
      { resources: [model('*', claude)], throughProfile: profile('us-west-2', `us.${claude}`) },
    ]);
  });

  test('use the region of the named provider, whatever its name', () => {
    const providers = { europe: { kind: 'bedrock', region: 'eu-central-1' } } as const;
    const [direct, behind] = access({ providers, models: { a: `europe/eu.${claude}` } });
    expect(direct?.resources).toEqual([profile('eu-central-1', `eu.${claude}`)]);
    expect(behind?.throughProfile).toBe(profile('eu-central-1', `eu.${claude}`));
  });

  test('use an ARN unchanged', () => {
    const arns = [
      'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123',
      'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123',
      'arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123',
      model('us-east-1', claude),
    ];
    for (const arn of arns) expect(access({ models: { a: `bedrock/${arn}` } })).toEqual([{ resources: [arn] }]);
  });

  test('cover the models behind the ARN of a profile too', () => {
    const arn = profile('us-west-2', `us.${claude}`);
    expect(access({ models: { a: `bedrock/${arn}` } })).toEqual(access({ models: { a: `bedrock/us.${claude}` } }));
  });

  test('cover the source of an application profile if the configuration names it', () => {
    const arn = 'arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/abc123';
    const withProfile: ConfigInput = { models: { a: { targets: [{ target: `bedrock/${arn}`, profileOf: `us.${claude}` }] } } };
    expect(access(withProfile)).toEqual([{ resources: [arn] }, { resources: [model('*', claude)], throughProfile: arn }]);
    expect(profilesWithModelUnknown(checkConfig(withProfile, 'test.json'))).toEqual([]);
    expect(profilesWithModelUnknown(checkConfig({ models: { a: `bedrock/${arn}` } }, 'test.json'))).toEqual([arn]);
  });

  test('cover each target of an alias once', () => {
    const targets = ['bedrock/amazon.nova-pro-v1:0', 'openai/gpt-4o', { target: 'bedrock/meta.llama3-70b-instruct-v1:0' }];
    expect(access({ models: { a: { targets }, b: 'bedrock/amazon.nova-pro-v1:0' } })).toEqual([
      { resources: [model('us-west-2', 'amazon.nova-pro-v1:0'), model('us-west-2', 'meta.llama3-70b-instruct-v1:0')] },
    ]);
  });

  test.each(['eu', 'apac', 'us-gov', 'global', 'sa', 'emea'])('need no list of regions for the prefix %s', (prefix) => {
    const [direct, behind] = access({ models: { a: `bedrock/${prefix}.${claude}` } });
    expect(direct?.resources).toEqual([profile('us-west-2', `${prefix}.${claude}`)]);
    expect(behind).toEqual({ resources: [model('*', claude)], throughProfile: profile('us-west-2', `${prefix}.${claude}`) });
  });

  test('have a wildcard only for the region of a model behind a profile', () => {
    const targets = [`bedrock/us.${claude}`, 'bedrock/amazon.nova-pro-v1:0', `bedrock/global.${claude}`];
    for (const { resources, throughProfile } of access({ models: { a: { targets } } })) {
      const expected = throughProfile === undefined ? [] : [model('*', claude)];
      expect(resources.filter((arn) => /[*?]/.test(arn))).toEqual(expected);
    }
  });
});

describe('the permissions for token counts', () => {
  test('cover each Claude model itself, not its profile, and no other model', () => {
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
