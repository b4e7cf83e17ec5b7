import * as v from 'valibot';
import { parseDuration, parseSize } from './units.ts';

const duration = v.pipe(
  v.string('a duration such as "5s"'),
  v.check((text) => parseDuration(text) !== undefined, 'a duration such as "250ms", "5s" or "2m"'),
  v.transform((text) => parseDuration(text) ?? 0),
);
const size = v.pipe(
  v.string('a size such as "4.5mb"'),
  v.check((text) => parseSize(text) !== undefined, 'a size such as "512kb" or "4.5mb"'),
  v.transform((text) => parseSize(text) ?? 0),
);
const count = v.pipe(v.number('a whole number'), v.integer('a whole number'), v.minValue(0, 'a number of 0 or more'));
const atLeastOne = v.pipe(v.number('a whole number'), v.integer('a whole number'), v.minValue(1, 'a number of 1 or more'));
const url = v.pipe(
  v.string('a URL'),
  v.check((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text), 'a URL that begins with http:// or https://'),
);
const target = v.pipe(
  v.string('a target such as "openai/gpt-4o-mini"'),
  v.regex(/^[^/\s]+\/\S+$/, 'a target such as "openai/gpt-4o-mini"'),
);
/** As Secrets Manager lets them be. An ARN is refused: the stack gives the functions their secrets by name. */
const secretName = v.pipe(
  v.string('the name of a secret'),
  v.regex(/^[\w/+=.@-]{1,512}$/, 'the name of a secret, such as "sluice/openai"'),
);

export const providerKinds = [
  'openai-compatible',
  'openai',
  'anthropic',
  'gemini',
  'bedrock',
  'azure',
  'predictionguard',
  'empower',
] as const;

const provider = v.strictObject({
  kind: v.optional(v.picklist(providerKinds, `one of ${providerKinds.join(', ')}`)),
  baseUrl: v.optional(url),
  region: v.optional(v.string('an AWS region such as "us-east-1"')),
  // Bedrock: by which of its APIs models are asked; by the better one for each where nothing is said.
  api: v.optional(v.picklist(['converse', 'invoke'], '"converse" or "invoke"')),
  key: v.optional(
    v.union(
      [v.strictObject({ env: v.string('the name of a variable') }), v.strictObject({ secret: secretName })],
      '{ "env": … } or { "secret": … }',
    ),
  ),
});

const timeouts = v.strictObject({
  connect: v.optional(duration),
  firstContent: v.optional(duration),
  idle: v.optional(duration),
  total: v.optional(duration),
});

const model = v.strictObject({
  targets: v.pipe(
    v.array(
      v.union(
        [
          target,
          v.strictObject({
            target,
            timeouts: v.optional(timeouts),
            capabilities: v.optional(v.strictObject({ prefill: v.optional(v.boolean('true or false')) })),
          }),
        ],
        'a target such as "openai/gpt-4o-mini", or { "target": … }',
      ),
      'a list of targets',
    ),
    v.minLength(1, 'at least one target'),
  ),
  timeouts: v.optional(timeouts),
  retries: v.optional(count),
  hedgeAfter: v.optional(duration),
  continue: v.optional(v.picklist(['off', 'text'], '"off" or "text"')),
});

const key = v.strictObject({
  id: v.pipe(v.string('a name'), v.minLength(1, 'a name')),
  sha256: v.pipe(v.string('a SHA-256 digest'), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits, in lower case')),
  models: v.optional(v.array(v.string('a model name'), 'a list of model names'), ['*']),
  limits: v.optional(
    v.strictObject({
      requestsPerMinute: v.optional(atLeastOne),
      tokensPerMinute: v.optional(atLeastOne),
      concurrentStreams: v.optional(atLeastOne),
      dollarsPerDay: v.optional(v.pipe(v.number('a number'), v.minValue(0, 'a number of 0 or more'))),
    }),
  ),
});

/** `sluice.config.ts`, or JSON of the same shape. Every part may be left out. Messages say what is expected. */
export const configSchema = v.strictObject({
  providers: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]*$/, 'a name of small letters, digits, dots and dashes')),
      provider,
      'an object of providers',
    ),
    {},
  ),
  models: v.optional(
    v.record(
      v.string(),
      v.union([target, model], 'a target such as "openai/gpt-4o-mini", or { "targets": [ … ] }'),
      'an object of models',
    ),
    {},
  ),
  timeouts: v.optional(timeouts, {}),
  retries: v.optional(count, 1),
  maxOutputTokens: v.optional(atLeastOne),
  bodyLimit: v.optional(size, '4.5mb'),
  cors: v.optional(v.array(url, 'a list of origins'), []),
  console: v.optional(v.boolean('true or false'), false),
  emulator: v.optional(v.boolean('true or false'), true),
  keys: v.optional(v.array(key, 'a list of keys'), []),
  limits: v.optional(
    v.strictObject({ store: v.optional(v.picklist(['memory', 'dynamodb'], '"memory" or "dynamodb"'), 'memory') }),
    {},
  ),
  prices: v.optional(
    v.strictObject({
      version: v.string('a date such as "2026-11-21"'),
      usdPerMillion: v.record(
        v.string(),
        v.record(v.string(), v.pipe(v.number('a price'), v.minValue(0, 'a price of 0 or more'))),
      ),
    }),
  ),
  stack: v.optional(
    v.strictObject({
      memory: v.optional(
        v.pipe(
          v.number('megabytes'),
          v.integer('whole megabytes'),
          v.minValue(128, '128 or more'),
          v.maxValue(10240, '10240 or less'),
        ),
      ),
      reservedConcurrency: v.optional(v.union([atLeastOne, v.literal(false)], 'a number of 1 or more, or false')),
      auth: v.optional(v.picklist(['keys', 'iam'], '"keys" or "iam"')),
      cloudFront: v.optional(v.boolean('true or false')),
      webFunctions: v.optional(v.boolean('true or false')),
      logRetentionDays: v.optional(atLeastOne),
    }),
  ),
});

/** What an operator writes. */
export type ConfigInput = v.InferInput<typeof configSchema>;
/** The same, checked and with defaults: durations in milliseconds, sizes in bytes. */
export type Config = v.InferOutput<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export type TimeoutsConfig = Config['timeouts'];
