import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { type StackTemplate, stackTemplate } from '../support/stack-template.ts';

/** Making a template takes seconds; a busy machine takes many. */
const patience = 120_000;

const openai: ConfigInput = { models: { a: 'openai/gpt-4o' } };
const us: ConfigInput['stack'] = { region: 'us-east-1' };

describe('the stack of a small configuration', () => {
  let template: StackTemplate;
  beforeAll(() => {
    template = stackTemplate({ ...openai, stack: us });
  }, patience);
  const functions = () => template.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties);

  test('has a function for each client family', () => {
    expect(functions().map(({ FunctionName }) => FunctionName)).toEqual(['sluice-openai', 'sluice-anthropic', 'sluice-bedrock']);
  });

  test('has another one for the console, with its URL, only on request', { timeout: patience }, () => {
    const withConsole = stackTemplate({ ...openai, console: true, stack: us });
    const names = withConsole.ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName);
    expect(names).toEqual(['sluice-openai', 'sluice-anthropic', 'sluice-bedrock', 'sluice-console']);
    expect(withConsole.outputs).toHaveProperty('ConsoleUrl');
    expect(template.outputs).not.toHaveProperty('ConsoleUrl');
  });

  test('uses Node 24, arm64, the configured memory, and a timeout 20 s longer than the longest answer', () => {
    for (const properties of functions()) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: 860,
      });
      // A new account has a quota of ten, of which nothing can be reserved.
      expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(properties).not.toHaveProperty('VpcConfig');
      expect(properties).not.toHaveProperty('Environment');
    }
  });

  test('lets each function log JSON into its own group, with a retention', () => {
    for (const { LoggingConfig } of functions()) {
      expect(LoggingConfig).toMatchObject({ LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } });
    }
    const groups = template.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties);
    expect(groups).toHaveLength(3);
    for (const group of groups) expect(group).toMatchObject({ RetentionInDays: 30 });
  });

  test('gives each function a streaming URL, public for key holders, with CORS left to the app', () => {
    const urls = template.ofType('AWS::Lambda::Url').map(({ Properties }) => Properties);
    expect(urls).toHaveLength(3);
    for (const url of urls) {
      expect(url).toMatchObject({ AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' });
      expect(url).not.toHaveProperty('Cors');
    }
  });

  test('points each URL to an alias of a published version, and keeps earlier versions', () => {
    const versions = template.ofType('AWS::Lambda::Version');
    expect(versions).toHaveLength(3);
    for (const version of versions) expect(version).toMatchObject({ DeletionPolicy: 'Retain' });
    for (const { Properties } of template.ofType('AWS::Lambda::Alias')) {
      expect(Properties).toMatchObject({
        Name: 'live',
        FunctionVersion: { 'Fn::GetAtt': [expect.stringMatching(/Version/), 'Version'] },
      });
    }
    for (const { Properties } of template.ofType('AWS::Lambda::Url')) expect(Properties.Qualifier).toBe('live');
    expect(template.ofType('AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
  });

  test('allows both calls that a function URL makes', () => {
    const permissions = template.ofType('AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const byUrl = permissions.filter(({ Action }) => Action === 'lambda:InvokeFunctionUrl');
    const byFunction = permissions.filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(byUrl).toHaveLength(3);
    expect(byFunction).toHaveLength(3);
    for (const one of byUrl) expect(one).toMatchObject({ FunctionUrlAuthType: 'NONE', Principal: '*' });
    for (const one of byFunction) expect(one).toMatchObject({ InvokedViaFunctionUrl: true, Principal: '*' });
  });

  test('has no AWS managed policy', () => {
    for (const { Properties } of template.ofType('AWS::IAM::Role')) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('creates a secret without a value for each provider, and retains it', () => {
    expect(template.ofType('AWS::SecretsManager::Secret')).toMatchObject([
      { Properties: { Name: 'sluice/openai' }, DeletionPolicy: 'RetainExceptOnCreate' },
    ]);
    const [secret] = template.ofType('AWS::SecretsManager::Secret');
    expect(secret?.Properties).not.toHaveProperty('SecretString');
    expect(secret?.Properties).not.toHaveProperty('GenerateSecretString');
  });

  test('outputs base URLs, the command for the secret, and an emergency stop with its end for each function', () => {
    const values = Object.fromEntries(Object.entries(template.outputs).map(([name, { Value }]) => [name, JSON.stringify(Value)]));
    expect(values.OpenaiBaseUrl).toMatch(/"https:\/\/".*"\/v1"/);
    expect(values.AnthropicBaseUrl).not.toContain('/v1');
    expect(values.BedrockEndpoint).not.toContain('/v1');
    expect(template.outputs.BedrockEndpoint?.Description).toContain('AWS_ENDPOINT_URL_BEDROCK_RUNTIME');
    expect(values.PutSecretSluiceOpenai).toBe(
      '"aws secretsmanager put-secret-value --region us-east-1 --secret-id sluice/openai --secret-string file:///dev/stdin"',
    );
    for (const name of ['Openai', 'Anthropic', 'Bedrock']) {
      expect(values[`EmergencyStop${name}`]).toMatch(/put-function-concurrency .* --reserved-concurrent-executions 0/);
      expect(values[`Resume${name}`]).toContain('aws lambda delete-function-concurrency');
    }
  });

  test('has at least ten alarms and a dashboard', () => {
    expect(template.ofType('AWS::CloudWatch::Alarm').length).toBeGreaterThanOrEqual(10);
    expect(template.ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });

  test('has no table, no distribution, no budget, no topic', () => {
    const types = new Set(Object.values(template.resources).map(({ Type }) => Type));
    for (const type of ['AWS::DynamoDB::Table', 'AWS::CloudFront::Distribution', 'AWS::Budgets::Budget', 'AWS::SNS::Topic']) {
      expect(types).not.toContain(type);
    }
  });

  test('has no warnings', () => {
    expect(template.warnings).toEqual([]);
  });
});

describe('the stack options', () => {
  test('reserve concurrency if a number is set', { timeout: patience }, () => {
    const template = stackTemplate({
      ...openai,
      timeouts: { total: '2m' },
      stack: { name: 'chat', memory: 1024, reservedConcurrency: 20, logRetentionDays: 7, tags: { team: 'search' } },
    });
    for (const { Properties } of template.ofType('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ MemorySize: 1024, Timeout: 140, ReservedConcurrentExecutions: 20 });
      expect(Properties.FunctionName).toMatch(/^chat-/);
      expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'search' });
    }
    for (const { Properties } of template.ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays).toBe(7);
    // The stop takes the reservation away, so its end has to restore it.
    expect(JSON.stringify(template.outputs.ResumeOpenai?.Value)).toContain('--reserved-concurrent-executions 20');
  });

  test('require AWS signatures and grant nobody access with auth "iam"', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, keys: [], stack: { auth: 'iam' } });
    for (const { Properties } of template.ofType('AWS::Lambda::Url')) expect(Properties.AuthType).toBe('AWS_IAM');
    expect(template.ofType('AWS::Lambda::Permission')).toEqual([]);
    // A key is of no use there, so no output mentions one.
    for (const { Description } of Object.values(template.outputs)) expect(Description).not.toMatch(/your key|_BASE_URL/);
    expect(template.outputs.CallableOpenai).toMatchObject({
      Value: { Ref: expect.stringMatching(/Live/) },
      Description: expect.stringContaining('lambda:InvokeFunctionUrl and lambda:InvokeFunction'),
    });
  });

  test('turn alarms off and keep the dashboard', { timeout: patience }, () => {
    const quiet = stackTemplate({ ...openai, stack: { ...us, alarms: false } });
    expect(quiet.ofType('AWS::CloudWatch::Alarm')).toEqual([]);
    expect(quiet.ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });

  test('count limits in a table with "dynamodb"', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, limits: { store: 'dynamodb' } });
    expect(template.ofType('AWS::DynamoDB::Table')).toMatchObject([
      {
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      },
    ]);
    for (const { Properties } of template.ofType('AWS::Lambda::Function')) {
      expect(Properties.Environment).toEqual({ Variables: { SLUICE_TABLE: { Ref: expect.stringMatching(/^Table/) } } });
    }
  });

  test('move traffic to a new version gradually, and back on errors', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, stack: { ...us, shift: 'canary' } });
    const groups = template.ofType('AWS::CodeDeploy::DeploymentGroup').map(({ Properties }) => Properties);
    expect(groups).toHaveLength(3);
    for (const group of groups) {
      expect(group).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AlarmConfiguration: { Enabled: true, Alarms: [{ Name: expect.anything() }] },
        AutoRollbackConfiguration: { Enabled: true },
      });
    }
  });

  test('use the same table for client keys, retain it, and output its name', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, keys: { store: 'dynamodb' } });
    expect(template.ofType('AWS::DynamoDB::Table')).toMatchObject([{ DeletionPolicy: 'RetainExceptOnCreate' }]);
    expect(template.outputs.TableName).toMatchObject({ Value: { Ref: expect.stringMatching(/^Table/) } });
    const both = stackTemplate({ ...openai, keys: { store: 'dynamodb' }, limits: { store: 'dynamodb' } });
    expect(both.ofType('AWS::DynamoDB::Table')).toHaveLength(1);
  });

  test('send alarms and the budget to an address', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, stack: { alarmEmail: 'ops@example.com', monthlyBudget: 500 } });
    expect(template.ofType('AWS::SNS::Subscription')).toMatchObject([{ Properties: { Endpoint: 'ops@example.com' } }]);
    for (const { Properties } of template.ofType('AWS::CloudWatch::Alarm')) expect(Properties.AlarmActions).toHaveLength(1);
    expect(template.ofType('AWS::Budgets::Budget')).toMatchObject([
      { Properties: { Budget: { BudgetLimit: { Amount: 500, Unit: 'USD' }, TimeUnit: 'MONTHLY' } } },
    ]);
  });

  test('warn about a configuration without models, and about a profile with unknown models', {
    timeout: patience,
  }, () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(stackTemplate({}).warnings.join()).toContain('every request will fail with a 404');
    const profile = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc';
    expect(stackTemplate({ models: { a: `bedrock/${profile}` } }).warnings.join()).toContain('profileOf');
  });
});

test('two stacks in one account and region share no name', { timeout: patience }, () => {
  const input: ConfigInput = { ...openai, keys: { store: 'dynamodb' }, console: true };
  const stack = { ...us, cloudFront: true, alarmEmail: 'ops@example.com', monthlyBudget: 100 };
  const namesIn = (template: StackTemplate) =>
    Object.values(template.resources).flatMap(({ Type, Properties }) => {
      // These belong to a function or a role, which has a name of its own.
      if (['AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AWS::IAM::Policy'].includes(Type)) return [];
      const named = Object.entries(Properties ?? {}).filter(([property]) => /(?<!Metric)Name$/.test(property));
      return named.flatMap(([, name]) => (typeof name === 'string' ? [`${Type} ${name}`] : []));
    });
  const production = namesIn(stackTemplate({ ...input, stack }));
  const staging = namesIn(stackTemplate({ ...input, stack: { ...stack, name: 'sluice-staging' } }));
  expect(production).toContain('AWS::SecretsManager::Secret sluice/openai');
  expect(staging).toContain('AWS::SecretsManager::Secret sluice-staging/openai');
  expect(production.filter((name) => staging.includes(name))).toEqual([]);
});

describe('the stack behind CloudFront', () => {
  let template: StackTemplate;
  beforeAll(() => {
    template = stackTemplate({ ...openai, stack: { ...us, cloudFront: true } });
  }, patience);

  test('has one distribution, with each function as an origin, and the same base URL for every client', () => {
    const origin = { CustomOriginConfig: { OriginReadTimeout: 60, OriginProtocolPolicy: 'https-only' } };
    const Origins = ['openai', 'anthropic', 'bedrock'].map((Id) => ({ ...origin, Id }));
    expect(template.ofType('AWS::CloudFront::Distribution')).toMatchObject([{ Properties: { DistributionConfig: { Origins } } }]);
    const { OpenaiBaseUrl, AnthropicBaseUrl, BedrockEndpoint } = template.outputs;
    expect(AnthropicBaseUrl?.Value).toEqual({
      'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^Distribution/), 'DomainName'] }]],
    });
    expect(BedrockEndpoint?.Value).toEqual(AnthropicBaseUrl?.Value);
    expect(JSON.stringify(OpenaiBaseUrl?.Value)).toContain('"/v1"');
  });

  test('caches nothing, also no error, and compresses nothing', () => {
    const [distribution] = template.ofType('AWS::CloudFront::Distribution');
    const behavior = {
      // AWS's own policies: caching disabled; all that the viewer sent except the host.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      Compress: false,
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: expect.arrayContaining(['POST', 'OPTIONS']),
      FunctionAssociations: [{ EventType: 'viewer-request' }],
    };
    expect(distribution?.Properties.DistributionConfig).toMatchObject({
      WebACLId: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
      DefaultCacheBehavior: { ...behavior, TargetOriginId: 'openai' },
      CacheBehaviors: [
        { ...behavior, PathPattern: '/v1/messages*', TargetOriginId: 'anthropic' },
        { ...behavior, PathPattern: '/model/*', TargetOriginId: 'bedrock' },
      ],
    });
    // CloudFront accepts no other statuses. A page would replace the functions' own errors.
    const statuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    expect(distribution?.Properties.DistributionConfig).toHaveProperty(
      'CustomErrorResponses',
      statuses.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });

  test('passes the functions a secret that is not in the template', () => {
    const reference = /\{\{resolve:secretsmanager:.*:SecretString/;
    for (const { Properties } of template.ofType('AWS::CloudFront::Distribution')) {
      const { Origins } = Properties.DistributionConfig as { Origins: { OriginCustomHeaders: { HeaderName: string }[] }[] };
      for (const { OriginCustomHeaders } of Origins) {
        expect(OriginCustomHeaders.map(({ HeaderName }) => HeaderName)).toEqual(['x-sluice-origin']);
        expect(JSON.stringify(OriginCustomHeaders)).toMatch(reference);
      }
    }
    for (const { Properties } of template.ofType('AWS::Lambda::Function')) {
      expect(JSON.stringify(Properties.Environment)).toMatch(reference);
    }
    expect(template.text).not.toContain('"SecretString":');
  });

  test('has a web ACL with a limit per address', () => {
    expect(template.ofType('AWS::WAFv2::WebACL')).toMatchObject([
      { Properties: { Scope: 'CLOUDFRONT', Rules: [{ Statement: { RateBasedStatement: { AggregateKeyType: 'IP' } } }] } },
    ]);
  });

  test('accepts an existing web ACL in any region', { timeout: patience }, () => {
    const webAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/corporate/0a1b2c3d';
    const elsewhere = stackTemplate({ ...openai, stack: { region: 'eu-west-1', cloudFront: { webAcl } } });
    expect(elsewhere.ofType('AWS::WAFv2::WebACL')).toEqual([]);
    for (const { Properties } of elsewhere.ofType('AWS::CloudFront::Distribution')) {
      expect(Properties.DistributionConfig).toMatchObject({ WebACLId: webAcl });
    }
  });
});

describe('the stack with a host name of its own', () => {
  const name = 'llm.example.com';
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d';
  const webAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/corporate/0a1b2c3d';
  const configOf = (template: StackTemplate) =>
    template.ofType('AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig;

  test('gives every client that name', { timeout: patience }, () => {
    const stack = { ...us, cloudFront: true, domain: { name, certificateArn } };
    const template = stackTemplate({ ...openai, console: true, stack });
    expect(configOf(template)).toMatchObject({
      Aliases: [name],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: expect.stringMatching(/^TLSv1\.[23]/),
        SslSupportMethod: 'sni-only',
      },
    });
    const values = Object.fromEntries(Object.entries(template.outputs).map(([output, { Value }]) => [output, Value]));
    expect(values).toMatchObject({
      OpenaiBaseUrl: `https://${name}/v1`,
      AnthropicBaseUrl: `https://${name}`,
      BedrockEndpoint: `https://${name}`,
      ConsoleUrl: `https://${name}`,
    });
    // There is no hosted zone, so somebody has to create the record.
    expect(JSON.stringify(values.DnsRecord)).toMatch(/"llm\.example\.com CNAME ".*DomainName/);
    expect(template.ofType('AWS::Route53::RecordSet')).toEqual([]);
    expect(template.ofType('AWS::CertificateManager::Certificate')).toEqual([]);
  });

  test('requests a certificate and creates the records in a hosted zone', { timeout: patience }, () => {
    const template = stackTemplate({ ...openai, stack: { ...us, cloudFront: true, domain: { name, hostedZone: 'Z0ABC' } } });
    expect(template.ofType('AWS::CertificateManager::Certificate')).toMatchObject([
      {
        Properties: {
          DomainName: name,
          ValidationMethod: 'DNS',
          DomainValidationOptions: [{ DomainName: name, HostedZoneId: 'Z0ABC' }],
        },
      },
    ]);
    expect(configOf(template)).toMatchObject({ ViewerCertificate: { AcmCertificateArn: { Ref: 'Certificate' } } });
    const records = template.ofType('AWS::Route53::RecordSet').map(({ Properties }) => Properties);
    expect(records).toMatchObject(
      ['A', 'AAAA'].map((Type) => ({ Type, Name: name, HostedZoneId: 'Z0ABC', AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2' } })),
    );
    expect(template.outputs).not.toHaveProperty('DnsRecord');
  });

  test('works in any region with an existing certificate, and in front of Web Functions', { timeout: patience }, () => {
    const domain = { name, certificateArn, hostedZone: 'Z0ABC' };
    const template = stackTemplate({ ...openai, stack: { region: 'eu-west-1', cloudFront: { webAcl }, domain } });
    expect(template.ofType('AWS::CertificateManager::Certificate')).toEqual([]);
    expect(template.ofType('AWS::Route53::RecordSet')).toHaveLength(2);
    const server = stackTemplate({ ...openai, stack: { ...us, webFunctions: true, cloudFront: true, domain } });
    expect(server.outputs.AnthropicBaseUrl?.Value).toBe(`https://${name}`);
  });
});

describe('the stack with Web Functions', () => {
  let template: StackTemplate;
  beforeAll(() => {
    template = stackTemplate({ ...openai, stack: { ...us, webFunctions: true } });
  }, patience);

  test('has one server instead of all functions and URLs', () => {
    expect(template.ofType('AWS::Lambda::WebFunction')).toMatchObject([{ Properties: { FunctionName: 'sluice-web' } }]);
    expect(template.ofType('AWS::Lambda::WebFunctionEndpoint')).toMatchObject([
      { Properties: { AuthType: 'ApplicationManaged' } },
    ]);
    expect(template.ofType('AWS::Lambda::WebFunctionRevision')).toMatchObject([
      {
        Properties: {
          BuildConfig: { RuntimeConfig: { Runtime: 'nodejs24.x' } },
          ServiceConfig: { TimeoutSeconds: 860, EnvironmentVariables: { AWS_LAMBDA_NODEJS_ENTRYPOINT: 'index.mjs' } },
        },
      },
    ]);
    expect(template.ofType('AWS::Lambda::Url')).toEqual([]);
  });

  test('says how to stop it, and takes the limits of the configuration', { timeout: patience }, () => {
    expect(template.outputs.EmergencyStopWeb?.Value).toContain('rateLimit: 0');
    expect(template.outputs.ResumeWeb?.Value).toContain('Remove rateLimit');
    const stopped = stackTemplate({ ...openai, stack: { ...us, webFunctions: { rateLimit: 0, maxEnvironments: 5 } } });
    expect(JSON.stringify(stopped.ofType('AWS::Lambda::WebFunctionEndpoint'))).toMatch(/"RateLimit":0/);
    expect(JSON.stringify(stopped.ofType('AWS::Lambda::WebFunctionEndpoint'))).toMatch(
      /"MaxEnvironments":5|"MaxExecutionEnvironments":5/,
    );
  });

  test('has an alarm on failures of the platform', () => {
    const alarms = template.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms.find(({ AlarmName }) => AlarmName === 'sluice-web-5xx-web')).toMatchObject({
      Namespace: 'AWS/Lambda/Web',
      MetricName: 'HTTPResponseStatusClass5XX',
      Dimensions: [
        { Name: 'EndpointName', Value: 'prod' },
        { Name: 'FunctionName', Value: 'sluice-web' },
      ],
      TreatMissingData: 'notBreaching',
    });
  });

  test('points every client family at it', () => {
    for (const name of ['OpenaiBaseUrl', 'AnthropicBaseUrl', 'BedrockEndpoint']) {
      expect(JSON.stringify(template.outputs[name]?.Value)).toContain('DomainName');
    }
  });

  test('passes the same checks behind CloudFront', { timeout: patience }, () => {
    const behind = stackTemplate({ ...openai, stack: { ...us, webFunctions: true, cloudFront: true } });
    expect(behind.ofType('AWS::CloudFront::Distribution')).toHaveLength(1);
  });
});
