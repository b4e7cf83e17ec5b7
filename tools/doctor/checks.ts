import { awsIdentity, deployedSecrets, lambdaQuota } from './aws.ts';
import { bedrockModels } from './bedrock-models.ts';
import type { Check } from './check.ts';
import { clientKeys, configuration } from './configuration.ts';
import { providerAnswers } from './provider-answers.ts';
import { providerKeys } from './provider-keys.ts';
import { embeddedProviders, portIsFree } from './server.ts';
import { deployedTable } from './table.ts';

/** All checks of the doctor, in the order of the report. None of them costs money. */
export const checks: readonly Check[] = [
  { name: 'Configuration', run: configuration },
  { name: 'Client keys', run: clientKeys },
  { name: 'This machine', run: portIsFree },
  { name: 'This machine', run: embeddedProviders },
  { name: 'Provider keys', run: providerKeys },
  { name: 'Providers', run: providerAnswers },
  { name: 'AWS', run: awsIdentity },
  { name: 'Bedrock models', run: bedrockModels },
  { name: 'Deployment', run: deployedSecrets },
  { name: 'Deployment', run: deployedTable },
  { name: 'Deployment', run: lambdaQuota },
];
