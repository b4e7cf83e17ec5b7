/** What a field does, where it applies if not everywhere, and an example. */
export interface Description {
  readonly about: string;
  readonly where?: 'deployed' | 'development';
  readonly example?: string;
}

const timeouts: Readonly<Record<string, Description>> = {
  connect: { about: 'How long a connection to the provider may take, TLS included. Default 5s.', example: '"5s"' },
  firstContent: {
    about: 'How long the first content may take after the connection. Default 60s, and 120s for the last target.',
    example: '"30s"',
  },
  idle: { about: 'How long the provider may be silent between two events. Default 120s.', example: '"60s"' },
  total: { about: 'How long the whole answer may take, all attempts together. Default 840s.', example: '"300s"' },
};

const rules: Readonly<Record<string, Description>> = {
  thinking: {
    about: 'How the model is made to think: by a budget of tokens, as much as it decides, by an effort, or not at all.',
    example: '"adaptive"',
  },
  sampling: {
    about:
      '`none`: it takes no `temperature`, `top_p` or `top_k`. `without-thinking`: not while it thinks. `one`: not both of the first two.',
  },
  reasoningHistory: {
    about:
      'Reasoning of earlier turns: `required` in turns that call tools (Kimi and DeepSeek on a server of one’s own), `accepted` or `refused`. It goes back as `reasoning_content`.',
    example: '"required"',
  },
  refuses: {
    about: 'Members of a request that the server refuses. Hints are dropped and listed in `x-sluice-dropped`.',
    example: '["prompt_cache_key", "verbosity"]',
  },
  tools: { about: '`none`: it has no tools. `not-streamed`: it can’t stream an answer to a request with tools.' },
  customTools: { about: 'It takes custom tools (free text). Otherwise they are carried as functions.' },
  toolChoices: { about: 'The choices of a tool that it takes.', example: '["auto"]' },
  maxToolName: { about: 'The most characters of a tool’s name. Longer names are shortened and restored.', example: '64' },
  maxCallId: { about: 'The most characters of a tool call’s id.', example: '40' },
  maxUser: { about: 'The most characters of `user`. A longer one is sent as a digest.', example: '128' },
  maxOutputTokens: { about: 'The most tokens of an answer.', example: '8192' },
  system: { about: 'Where instructions go: before all else, or into the first user turn.' },
  lastTurn: { about: '`user`: the conversation has to end with the user.' },
  alternating: { about: 'Turns of the user and the model have to alternate.' },
  cacheMarks: { about: 'Where it takes marks for the prompt cache.' },
};

const under = (path: string, fields: Readonly<Record<string, Description>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, description]) => [`${path}.${name}`, description]));

/** One description for each field of the schema. A test fails when one is missing or left over. */
export const descriptions: Readonly<Record<string, Description>> = {
  providers: {
    about: 'Providers beyond those that a key in the environment enables, and changes to known ones.',
    example: '{ lab: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:9000/v1" } }',
  },
  'providers.<name>.kind': { about: 'How the provider is called. A known name, such as `groq`, needs none.' },
  'providers.<name>.baseUrl': { about: 'The base URL of its API, up to `/v1`.', example: '"https://llm.example/v1"' },
  'providers.<name>.region': { about: 'Bedrock: the AWS region. Default: that of the AWS configuration.' },
  'providers.<name>.api': {
    about: 'Bedrock: call every model by this API. Default: the better one for each client and model.',
  },
  'providers.<name>.streamsTools': {
    about: '`false` if the server can’t stream an answer to a request with tools. Sluice then fetches it whole.',
  },
  'providers.<name>.rules': {
    about: 'What the server accepts, where Sluice doesn’t know it or is wrong. Requests are adapted to it.',
    example: '{ reasoningHistory: "required", maxToolName: 64 }',
  },
  ...under('providers.<name>.rules', rules),
  'providers.<name>.key': {
    about: 'Where its key is: a variable, or a secret in Secrets Manager. Never the key itself.',
    example: '{ env: "LAB_KEY" }',
  },
  'providers.<name>.key.secret': { about: 'The name of a secret, also on a laptop.', example: '"team/openai"' },
  models: {
    about: 'Names that clients use, and the targets behind them.',
    example: '{ fast: "openai/gpt-4o-mini" }',
  },
  'models.<name>.targets': {
    about: 'Targets in the order in which they are tried: `provider/model`, or an object with settings of its own.',
    example: '["anthropic/claude-sonnet-4-5", "openai/gpt-4o"]',
  },
  'models.<name>.targets[].target': { about: 'The target as `provider/model`.' },
  'models.<name>.targets[].timeouts': { about: 'Timeouts of this target. They win over those of the model.' },
  ...under('models.<name>.targets[].timeouts', timeouts),
  'models.<name>.targets[].timeouts.total': {
    about: 'Not allowed here: the total covers the whole answer. Set it on the model.',
  },
  'models.<name>.targets[].capabilities': { about: 'What the model can do that Sluice doesn’t know.' },
  'models.<name>.targets[].capabilities.prefill': {
    about: 'The model continues its own turn. Used by `continue: "text"`, and checked against the text.',
  },
  'models.<name>.targets[].rules': { about: 'The same for this target. It wins over the rules of the provider.' },
  ...under('models.<name>.targets[].rules', rules),
  'models.<name>.targets[].profileOf': {
    about: 'Bedrock: the model or profile that an application inference profile was made from.',
    example: '"us.anthropic.claude-sonnet-4-5-20250929-v1:0"',
  },
  'models.<name>.timeouts': { about: 'Timeouts of this model. They win over the general ones.' },
  ...under('models.<name>.timeouts', timeouts),
  'models.<name>.retries': { about: 'How often the same target is retried. Default: the general `retries`.' },
  'models.<name>.hedgeAfter': {
    about: 'Start the next target too after so long without content. `"off"` never does. Default 10s with two targets or more.',
    example: '"3s"',
  },
  'models.<name>.continue': {
    about: '`text` lets the next target continue a plain-text answer that broke off. Default `off`.',
  },
  timeouts: { about: 'Timeouts for every model.' },
  ...under('timeouts', timeouts),
  retries: { about: 'How often the same target is retried after a transient failure.' },
  maxOutputTokens: {
    about: 'The most output tokens of any answer. Without it, requests that name no limit get 8192.',
    example: '4096',
  },
  bodyLimit: {
    about:
      'The largest request body. A function URL takes at most 6 MB. A function with less than 256 MB of memory takes less: 1.5 MB with 128 MB.',
  },
  cors: { about: 'Origins whose pages may call Sluice.', example: '["https://app.example"]' },
  console: { about: 'Deploy the web console too. The dev server always has it.', where: 'deployed' },
  emulator: { about: 'The embedded demo providers.', where: 'development' },
  keys: {
    about: 'Client keys. `npm run keys` manages them in `sluice.keys.json`, or in DynamoDB.',
    example: '{ store: "dynamodb" }',
  },
  'keys.store': {
    about:
      '`dynamodb`: keys are in the table of the stack. Changes take effect within a minute, without a deployment. In development only `SLUICE_KEYS` counts.',
  },
  'keys[].id': { about: 'A name for the key. It appears in the log.' },
  'keys[].sha256': { about: 'The SHA-256 of the key, as `npm run keys -- create` prints it.' },
  'keys[].models': { about: 'Models that the key may use.', example: '["fast", "steady"]' },
  'keys[].expires': { about: 'The key is rejected from this day or time on.' },
  'keys[].disabled': { about: 'The key is revoked. Its id stays taken.' },
  'keys[].durability': { about: 'Nothing of the answers to this key is stored, even with `streams`.' },
  'keys[].limits': { about: 'Limits of the key. Without one there is no limit.' },
  'keys[].limits.requestsPerMinute': { about: 'Requests per minute.' },
  'keys[].limits.tokensPerMinute': { about: 'Input and output tokens per minute.' },
  'keys[].limits.concurrentStreams': { about: 'Answers in progress at the same time.' },
  'keys[].limits.dollarsPerDay': { about: 'Dollars per day (UTC). Models without a price are refused.' },
  limits: { about: 'How limits are counted.' },
  streams: { about: 'Streams that outlive their connection. Off when deployed, in memory on the dev server.' },
  'streams.store': {
    about: 'Where streams are kept: `dynamodb` for all environments, `memory` in one process, `off` nowhere.',
  },
  'streams.durability': {
    about: '`standard` sends events at once and stores them within a second. `strict` stores each event before it is sent.',
  },
  'streams.whenAbandoned': {
    about: 'If a client disconnects: `finish` the answer, or `cancel` it where the host can see the disconnect.',
  },
  'limits.store': { about: '`dynamodb` counts over all environments, `memory` in one process.' },
  prices: { about: 'Prices of models.' },
  'prices.version': { about: 'A name for this table. It appears in the log beside each cost.' },
  'prices.usdPerMillion': {
    about: 'Dollars per million tokens, by target.',
    example: '{ "openai/gpt-4o-mini": { input: 0.15, output: 0.6 } }',
  },
  'prices.usdPerMillion.<name>.input': { about: 'Input tokens.' },
  'prices.usdPerMillion.<name>.output': { about: 'Output tokens, reasoning included.' },
  'prices.usdPerMillion.<name>.cacheRead': { about: 'Input tokens read from the provider’s cache.' },
  'prices.usdPerMillion.<name>.cacheWrite': { about: 'Input tokens written to the provider’s cache.' },
  stack: { about: 'How the functions are deployed.', where: 'deployed' },
  'stack.name': { about: 'The name of the stack, and the prefix of its functions.', where: 'deployed' },
  'stack.region': { about: 'The AWS region. Default: that of the credentials.', where: 'deployed' },
  'stack.memory': { about: 'Memory of each function, in MB.', where: 'deployed' },
  'stack.reservedConcurrency': {
    about: 'Concurrent requests per function, guaranteed and at most. `false` shares the account’s quota.',
    where: 'deployed',
  },
  'stack.shift': {
    about:
      'How traffic moves to a new version: at once, `canary` (10 percent for five minutes first), or `linear` (10 percent more each minute). Failing invocations move it back.',
    where: 'deployed',
  },
  'stack.modelSubscriptions': {
    about: 'Whether the functions may subscribe the account to a third-party model of Bedrock when they first use it.',
    where: 'deployed',
  },
  'stack.auth': { about: '`iam` lets AWS verify signatures instead of client keys.', where: 'deployed' },
  'stack.cloudFront': { about: 'CloudFront with a firewall in front of the functions.', where: 'deployed' },
  'stack.cloudFront.webAcl': { about: 'An existing firewall, for stacks outside us-east-1.', where: 'deployed' },
  'stack.domain': { about: 'One host name for every client, in front of all functions.', where: 'deployed' },
  'stack.domain.name': { about: 'The host name.', where: 'deployed', example: '"llm.example.com"' },
  'stack.domain.certificateArn': {
    about: 'Its certificate, which must be in us-east-1. Default: the stack requests one through the hosted zone.',
    where: 'deployed',
  },
  'stack.domain.hostedZone': {
    about: 'The Route 53 zone in which the stack creates the records. Without it, an output says which record to create.',
    where: 'deployed',
  },
  'stack.webFunctions': { about: 'One server on Lambda Web Functions instead of the functions.', where: 'deployed' },
  'stack.webFunctions.rateLimit': {
    about: 'Requests per second at most. 0 refuses all of them: the emergency stop.',
    where: 'deployed',
  },
  'stack.webFunctions.maxEnvironments': { about: 'Environments at most.', where: 'deployed' },
  'stack.logRetentionDays': { about: 'How long logs are kept.', where: 'deployed' },
  'stack.alarms': { about: 'Alarms. They are most of the cost of an idle deployment.', where: 'deployed' },
  'stack.alarmEmail': { about: 'Who gets alarms and budget notifications. AWS asks for confirmation.', where: 'deployed' },
  'stack.alarmTopic': { about: 'An existing SNS topic for them.', where: 'deployed' },
  'stack.monthlyBudget': { about: 'A budget for the whole account, in dollars. AWS notifies above it.', where: 'deployed' },
  'stack.tags': { about: 'Tags of every resource.', where: 'deployed', example: '{ team: "search" }' },
};
