/** What to do about failures that a first deployment meets; the CDK's own words name the cause, not the way out. */
const remedies: readonly { readonly said: RegExp; readonly advice: string }[] = [
  {
    said: /Unable to resolve AWS account|no credentials have been configured|credentials? (?:could not be|not be) loaded|ExpiredToken|token (?:is|has) expired|security token included in the request is invalid/i,
    advice:
      'There are no AWS credentials that work here, and nothing was changed. Sign in (aws sso login, or aws configure), or name a profile: npm run deploy -- --profile <name>',
  },
  {
    said: /Region is missing|Unable to determine (?:the )?(?:default )?region|could not find region/i,
    advice: 'No region is set, and nothing was changed. Set AWS_REGION, or stack.region in the configuration.',
  },
  {
    said: /\/cdk-bootstrap\/|is the environment bootstrapped|not been bootstrapped|run 'cdk bootstrap'/i,
    advice:
      'The CDK has not deployed to this account and region before, and nothing was changed. Prepare them, once: npm run deploy -- bootstrap',
  },
  {
    said: /UnreservedConcurrentExecution/,
    advice:
      'The account has too little concurrency to reserve some for each function; new accounts have ten. Set stack.reservedConcurrency to false, or have the quota "Concurrent executions" of Lambda raised first.',
  },
  {
    said: /secret [^\n]*already exists|AWS::SecretsManager::Secret[^\n]*already exists/i,
    advice:
      "A secret of that name is there already, such as one that an earlier stack left behind. Name it in the configuration and it is used as it is: providers: { openai: { key: { secret: 'sluice/openai' } } }",
  },
  {
    said: /terminal \(TTY\) is not attached/,
    advice: 'Nobody can be asked here. To delete the stack: npm run deploy -- destroy --force',
  },
];

/** What an operator should know after this command of the CDK's, by its exit code and all that it said. */
export function adviceFor(command: string, code: number, said: string): string | undefined {
  if (code !== 0) return remedies.find((remedy) => remedy.said.test(said))?.advice;
  if (command !== 'destroy') return undefined;
  return "The providers' keys are still there, in the secrets that the stack had made. To delete one: aws secretsmanager delete-secret --secret-id sluice/<provider>";
}
