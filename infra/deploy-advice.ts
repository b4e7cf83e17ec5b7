import { keysAreInTable } from '../lib/config/key-store.ts';
import type { Config } from '../lib/config/schema.ts';
import { createdSecrets } from './created-secrets.ts';

/** Advice for failures of a first deployment. The CDK's own message has the cause but not the fix. */
const remedies: readonly { readonly pattern: RegExp; readonly advice: string }[] = [
  {
    pattern:
      /Unable to resolve AWS account|no credentials have been configured|credentials? (?:could not be|not be) loaded|ExpiredToken|token (?:is|has) expired|security token included in the request is invalid/i,
    advice:
      'Found no working AWS credentials. Nothing was changed. Sign in (aws sso login or aws configure), or choose a profile: npm run deploy -- --profile <name>',
  },
  {
    pattern: /Region is missing|Unable to determine (?:the )?(?:default )?region|could not find region/i,
    advice: 'No region is set. Nothing was changed. Set AWS_REGION, or stack.region in the configuration.',
  },
  {
    pattern: /\/cdk-bootstrap\/|is the environment bootstrapped|not been bootstrapped|run 'cdk bootstrap'/i,
    advice:
      'This account and region are not bootstrapped for the CDK. Nothing was changed. Bootstrap them once: npm run deploy -- bootstrap',
  },
  {
    pattern: /UnreservedConcurrentExecution/,
    advice:
      'The account has too little concurrency to reserve some for each function. New accounts have a quota of ten. Set stack.reservedConcurrency to false, or request a higher Lambda quota ("Concurrent executions") first.',
  },
  {
    pattern: /secret [^\n]*already exists|AWS::SecretsManager::Secret[^\n]*already exists/i,
    advice:
      "A secret with that name already exists, for example from an earlier stack. Refer to it in the configuration and Sluice will use it: providers: { openai: { key: { secret: '<stack>/openai' } } }",
  },
  {
    pattern: /scheduled for deletion/i,
    advice:
      'A secret with that name is scheduled for deletion. Restore it (aws secretsmanager restore-secret --secret-id <name>) and refer to it in the configuration, or delete it at once (aws secretsmanager delete-secret --force-delete-without-recovery --secret-id <name>).',
  },
  {
    pattern: /terminal \(TTY\) is not attached/,
    advice: 'The CDK needs a confirmation, but there is no terminal. To delete the stack: npm run deploy -- destroy --force',
  },
];

/** Advice for the operator after a CDK command, by its exit code and its output. */
export function adviceFor(command: string, code: number, output: string, config: Config): string | undefined {
  if (code !== 0) return remedies.find((remedy) => remedy.pattern.test(output))?.advice;
  if (command === 'deploy' && /\.PutSecret\w+ = /.test(output)) {
    return "To store a provider's key, run its PutSecret command, paste the key, then press Enter and Ctrl-D. Keys that are stored already stay.";
  }
  return command === 'destroy' ? whatRemains(config) : undefined;
}

/** What a teardown leaves, with the commands that delete it. `undefined` if it leaves nothing. */
function whatRemains(config: Config): string | undefined {
  const { region } = config.stack;
  const at = region ? ` --region ${region}` : '';
  const secrets = createdSecrets(config).map(
    ({ provider, name }) =>
      `- The secret ${name}. To use it again: providers: { ${JSON.stringify(provider)}: { key: { secret: '${name}' } } }. To delete it: aws secretsmanager delete-secret${at} --secret-id ${name}`,
  );
  const table = keysAreInTable(config) ? ['- The table with the client keys. A new deployment gets a table of its own.'] : [];
  const lines = [...secrets, ...table];
  return lines.length > 0 ? ['These still exist:', ...lines].join('\n') : undefined;
}
