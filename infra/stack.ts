import { Annotations, Stack, Tags } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { longestTotalMs } from '../lib/config/longest-total.ts';
import type { Config } from '../lib/config/schema.ts';
import { alarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import {
  type BedrockGrant,
  bedrockAccess,
  bedrockActions,
  countTokensAccess,
  profilesWithModelUnknown,
  subscriptionAccess,
} from './bedrock-access.ts';
import { createBudget } from './budget.ts';
import { Dashboard } from './dashboard.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { createDistribution, createOriginSecret } from './distribution.ts';
import { familiesOf } from './families.ts';
import { baseUrls, writeBaseUrls, writeCallableArns, writeEmergencyStops, writeSecretCommands, writeTable } from './outputs.ts';
import { createProviderSecrets } from './provider-secrets.ts';
import { Queries } from './queries.ts';
import { StreamFunction } from './stream-function.ts';
import { createTable, tableActions } from './table.ts';
import { WebServer } from './web-server.ts';

export interface SluiceStackProps {
  readonly config: Config;
  /** The bundle folder of each function, by its name. */
  readonly folderOf: (name: string) => string;
  /** Missing if unknown. Then the template fits every account and region. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** The timeout of a function in seconds: the longest total plus time to start and to end with an error. */
function timeoutSeconds(config: Config): number {
  return Math.min(Math.ceil(longestTotalMs(config) / 1000) + 20, 900);
}

/** Everything that a configuration needs on AWS. */
export class SluiceStack extends Stack {
  readonly functions: readonly DeployedFunction[];

  constructor(scope: Construct, { config, folderOf, account, region }: SluiceStackProps) {
    super(scope, config.stack.name, {
      description: 'Sluice: serverless streaming functions that let any LLM client stream from any provider',
      env: { ...(account && { account }), ...(region && { region }) },
    });
    const { stack } = config;
    const place = { partition: this.partition, region: this.region, account: this.account };
    for (const [key, value] of Object.entries({ application: 'sluice', ...stack.tags })) Tags.of(this).add(key, value);

    const secrets = createProviderSecrets(this, config);
    const table = createTable(this, config);
    const originSecret = stack.cloudFront === false ? undefined : createOriginSecret(this);
    const settings = {
      stack,
      timeoutSeconds: timeoutSeconds(config),
      environment: {
        ...(table && { SLUICE_TABLE: table.tableName }),
        ...(originSecret !== undefined && { SLUICE_ORIGIN_SECRET: originSecret }),
      },
      // All functions serve all models.
      access: [
        ...bedrockAccess(config, place).map(asStatement),
        ...statementsOf('bedrock:CountTokens', countTokensAccess(config, place)),
        ...subscriptionAccess(config, place),
        ...secrets.map(({ arn }) => ({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] })),
        ...(table ? [{ actions: tableActions(config), resources: [table.tableArn] }] : []),
      ],
    };
    const families = familiesOf(config);
    const served = stack.webFunctions
      ? [new WebServer(this, { ...settings, folder: folderOf('web') })]
      : families.map(({ name }) => new StreamFunction(this, { ...settings, name, folder: folderOf(name) }));
    this.functions = served;

    const origins = served.map((one) => ({ family: one.name, host: one.domain }));
    const edge = originSecret === undefined ? undefined : createDistribution(this, { stack, origins, originSecret });
    const hosts = families.map(({ name }): [string, string] => {
      const own = origins.find(({ family }) => family === name) ?? origins[0];
      return [name, edge ?? own?.host ?? ''];
    });
    const urls = baseUrls(families, new Map(hosts));
    const topic = alarmTopic(this, stack);
    const alarms = stack.alarms ? new Alarms(this, 'Alarms', { config, functions: served, topic }).alarms : [];
    new Dashboard(this, 'Dashboard', { config, functions: served, alarms, baseUrls: urls });
    new Queries(this, 'Queries', { folder: stack.name, functions: served });
    createBudget(this, stack);
    writeBaseUrls(this, families, { urls, auth: stack.auth });
    if (stack.auth === 'iam') writeCallableArns(this, served);
    writeSecretCommands(this, secrets);
    writeEmergencyStops(this, served);
    if (table) writeTable(this, table.tableName);
    this.warn(config);
  }

  /** Deployable configurations that are probably a mistake. */
  private warn(config: Config): void {
    if (Object.keys(config.providers).length + Object.keys(config.models).length === 0) {
      Annotations.of(this).addWarningV2(
        'sluice:nothing-to-ask',
        'The configuration has no provider and no model, so every request will fail with a 404. Add them to the file in SLUICE_CONFIG or to sluice.config.ts.',
      );
    }
    for (const profile of profilesWithModelUnknown(config)) {
      Annotations.of(this).addWarningV2(
        `sluice:profile-of:${profile}`,
        `Bedrock rejects requests to ${profile} unless the role may also invoke the models behind it. Add the profile that it was created from: { target: …, profileOf: 'us.anthropic.…' }.`,
      );
    }
  }
}

/** A statement without resources is invalid. */
function statementsOf(action: string, resources: readonly string[]): PolicyStatementProps[] {
  return resources.length > 0 ? [{ actions: [action], resources: [...resources] }] : [];
}

function asStatement({ resources, throughProfile }: BedrockGrant): PolicyStatementProps {
  return {
    actions: bedrockActions,
    resources: [...resources],
    ...(throughProfile !== undefined && { conditions: { StringEquals: { 'bedrock:InferenceProfileArn': throughProfile } } }),
  };
}
