import * as v from 'valibot';
import { providerKinds } from '../providers/provider-kinds.ts';
import { redact } from '../redact/redact.ts';
import { isObject } from '../stream/json.ts';
import { choice, members, named } from './object-schema.ts';
import { rules } from './rules-schema.ts';
import { stack } from './stack-schema.ts';
import { parseDuration, parseSize } from './units.ts';

const aDuration = 'a duration such as "250ms", "5s" or "2m"';
const duration = v.pipe(
  v.string(aDuration),
  v.check((text) => parseDuration(text) !== undefined, aDuration),
  v.transform((text) => parseDuration(text) ?? 0),
);
const aSize = 'a size such as "512kb" or "4.5mb"';
const size = v.pipe(
  v.string(aSize),
  v.check((text) => parseSize(text) !== undefined, aSize),
  v.transform((text) => parseSize(text) ?? 0),
);
const flag = v.boolean('true or false');
const count = wholeNumber(0);
const atLeastOne = wholeNumber(1);
const limit = wholeNumber(1, '. Remove it for no limit.');
const aUrl = 'a URL that begins with http:// or https://';
const url = v.pipe(
  v.string(aUrl),
  v.check((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text), aUrl),
  v.check((text) => !/[?#]|\/\/[^/]*@/.test(text), `${aUrl} and has no query and no password. Remove them.`),
);
const anOrigin = 'an origin such as "https://app.example", with no path, no trailing slash and no "*"';
const origin = v.pipe(
  v.string(anOrigin),
  v.check((text) => /^https?:/.test(text) && URL.parse(text)?.origin === text, anOrigin),
);
const anInstant = 'a date such as "2027-01-31" or a time such as "2027-01-31T18:00:00Z"';
/** Milliseconds since 1970. */
const instant = v.pipe(
  v.string(anInstant),
  v.check((text) => /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text), anInstant),
  v.check((text) => !Number.isNaN(Date.parse(text)), anInstant),
  v.transform((text) => Date.parse(text)),
);
const aTarget = 'a target such as "openai/gpt-4o-mini"';
const targetName = v.pipe(v.string(aTarget), v.regex(/^[^/\s]+\/\S+$/, aTarget));
/** `crossFieldChecks` checks whether the provider exists, because that needs the whole configuration. */
const target = v.string(aTarget);
const aVariable =
  'the name of an environment variable, such as "LAB_KEY". Put the key itself into that variable, never into this file.';
const variable = v.pipe(v.string(aVariable), v.regex(/^[A-Za-z_]\w*$/, aVariable), v.check(isNoKey, aVariable));
/** The name syntax of Secrets Manager. ARNs are rejected because the stack grants access by name. */
const aSecretName = 'the name of a secret, such as "sluice/openai". Put the key itself into that secret, never into this file.';
const secretName = v.pipe(v.string(aSecretName), v.regex(/^[\w/+=.@-]{1,512}$/, aSecretName), v.check(isNoKey, aSecretName));

/** Where the key of a provider is. A pasted key is rejected and not shown. */
const keySource = v.pipe(
  v.custom<{ env: string } | { secret: string }>(
    (input) => isObject(input) && ['env', 'secret'].includes(Object.keys(input).join()),
    'either { "env": "A_VARIABLE" } or { "secret": "a/name" }. Put the key itself there, never into this file.',
  ),
  v.lazy((input) => (isObject(input) && 'env' in input ? members({ env: variable }) : members({ secret: secretName }))),
);

const aRegion = 'an AWS region such as "us-east-1"';

const provider = members({
  kind: v.optional(choice(providerKinds)),
  baseUrl: v.optional(url),
  region: v.optional(v.pipe(v.string(aRegion), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, aRegion))),
  // Bedrock: the API for its models. Default: the better one for each model.
  api: v.optional(choice(['converse', 'invoke'])),
  // Chat completions: `false` if it can't stream a response to a request with tools. Sluice then fetches the whole
  // response and streams it.
  streamsTools: v.optional(flag),
  // What the server accepts, where Sluice doesn't know or is wrong.
  rules: v.optional(rules),
  key: v.optional(keySource),
});

const timeouts = members({
  connect: v.optional(duration),
  firstContent: v.optional(duration),
  idle: v.optional(duration),
  total: v.optional(duration),
});

const targetWithPolicy = members(
  {
    target,
    timeouts: v.optional(timeouts),
    capabilities: v.optional(members({ prefill: v.optional(flag) })),
    // Bedrock: the source of an application inference profile, which its ARN doesn't contain.
    profileOf: v.optional(v.string('the id of a model or an inference profile')),
    rules: v.optional(rules),
  },
  `${aTarget}, or { "target": … }`,
);

const model = members(
  {
    targets: v.pipe(
      v.array(
        v.lazy((input) => (typeof input === 'string' ? target : targetWithPolicy)),
        'a list of targets',
      ),
      v.minLength(1, 'at least one target. Add one or remove the model.'),
    ),
    timeouts: v.optional(timeouts),
    retries: v.optional(count),
    hedgeAfter: v.optional(v.lazy((input) => (input === 'off' ? v.literal('off') : duration))),
    continue: v.optional(choice(['off', 'text'])),
  },
  `${aTarget}, or { "targets": [ … ] }`,
);

const someDollars = 'a number of dollars above 0. Remove it for no limit.';
const dollarsADay = v.pipe(v.number(someDollars), v.gtValue(0, someDollars));

/** A key instead of its digest is rejected and not shown. */
const aDigest =
  "the key's SHA-256 digest, 64 lowercase hexadecimal digits. Use the digest that `npm run keys -- create` prints, not the key.";

const key = members({
  id: v.pipe(v.string('a name'), v.minLength(1, 'a name')),
  sha256: v.pipe(v.string(aDigest), v.regex(/^[0-9a-f]{64}$/, aDigest)),
  models: v.optional(v.array(v.string('a model name'), 'a list of model names'), ['*']),
  // The key is rejected from the beginning of that day (UTC), or from that time on.
  expires: v.optional(instant),
  // Revoked. The entry stays, so that its id is never used for another key.
  disabled: v.optional(flag),
  // Nothing of the answers to this key is stored.
  durability: v.optional(choice(['none'])),
  limits: v.optional(
    members({
      requestsPerMinute: v.optional(limit),
      tokensPerMinute: v.optional(limit),
      concurrentStreams: v.optional(limit),
      dollarsPerDay: v.optional(dollarsADay),
    }),
  ),
});

/** The keys of a configuration and of its key file from `npm run keys`. */
export const keysSchema = v.array(key, 'a list of keys');

/** Keys that change without a deployment. They are in the table of the stack, see `npm run keys`. */
const keyStore = members({ store: choice(['dynamodb']) }, 'a list of keys, or { "store": "dynamodb" }');

const aPrice = 'a price in dollars, 0 or more';
const dollars = v.pipe(v.number(aPrice), v.minValue(0, aPrice));
/**
 * The price of one million tokens of each kind. If an answer has tokens of a kind without a price, its cost is
 * unknown.
 */
const modelPrices = members({
  input: dollars,
  output: dollars,
  cacheRead: v.optional(dollars),
  cacheWrite: v.optional(dollars),
});

/**
 * The schema of `sluice.config.ts` or JSON of the same shape. Every part is optional. Messages say what is expected.
 */
export const configSchema = members({
  providers: v.optional(
    named(
      v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]*$/, 'a name of lowercase letters, digits, dots and dashes')),
      provider,
      'an object of providers',
    ),
    {},
  ),
  models: v.optional(
    named(
      v.pipe(v.string(), v.regex(/^\S(.*\S)?$/s, 'a name without leading or trailing spaces')),
      v.lazy((input) => (typeof input === 'string' ? target : model)),
      'an object of models',
    ),
    {},
  ),
  timeouts: v.optional(timeouts, {}),
  retries: v.optional(count, 1),
  maxOutputTokens: v.optional(atLeastOne),
  bodyLimit: v.optional(size, '4.5mb'),
  cors: v.optional(v.array(origin, 'a list of origins'), []),
  console: v.optional(flag, false),
  emulator: v.optional(flag, true),
  keys: v.optional(
    v.lazy((input) => (isObject(input) ? keyStore : keysSchema)),
    [],
  ),
  limits: v.optional(members({ store: v.optional(choice(['memory', 'dynamodb']), 'memory') }), {}),
  // Streams that outlive their connection. Off where it is left out, but for the dev server, which keeps them in memory.
  streams: v.optional(
    members({
      store: v.optional(choice(['off', 'memory', 'dynamodb']), 'memory'),
      // `strict` stores each event before it is sent.
      durability: v.optional(choice(['standard', 'strict']), 'standard'),
      // Where the host can see a client leave: an answer is finished all the same, or cancelled.
      whenAbandoned: v.optional(choice(['finish', 'cancel']), 'finish'),
    }),
  ),
  prices: v.optional(
    members({
      version: v.string('a date such as "2026-11-21"'),
      usdPerMillion: named(targetName, modelPrices, 'an object of prices by target'),
    }),
  ),
  stack: v.optional(stack, {}),
});

/** What an operator writes. */
export type ConfigInput = v.InferInput<typeof configSchema>;
/** The validated configuration with defaults. Durations are in milliseconds, sizes in bytes. */
export type Config = v.InferOutput<typeof configSchema>;
/** One entry of `keys` as written. */
export type KeyInput = v.InferInput<typeof keysSchema>[number];
export type ProviderConfig = Config['providers'][string];
export type TimeoutsConfig = Config['timeouts'];

/** An integer of at least this value. `fix` is a sentence about what to do otherwise. */
function wholeNumber(least: number, fix = '') {
  const expected = `an integer of ${least} or more${fix}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected));
}

/** True unless the text looks like the key of a known vendor. */
function isNoKey(text: string): boolean {
  return redact(text) === text;
}
