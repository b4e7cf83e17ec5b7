import * as v from 'valibot';
import { providerKinds } from '../providers/provider-kinds.ts';
import { redact } from '../redact/redact.ts';
import { isObject } from '../stream/json.ts';
import { members, named, word } from './object-schema.ts';
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
const limit = wholeNumber(1, '. Leave it out where there is to be no limit.');
const aUrl = 'a URL that begins with http:// or https://';
const url = v.pipe(
  v.string(aUrl),
  v.check((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text), aUrl),
  v.check((text) => !/[?#]|\/\/[^/]*@/.test(text), `${aUrl} and has no query and no password. Take them out.`),
);
const anOrigin = 'an origin such as "https://app.example": no path, no slash at its end, no "*"';
const origin = v.pipe(
  v.string(anOrigin),
  v.check((text) => /^https?:/.test(text) && URL.parse(text)?.origin === text, anOrigin),
);
const anInstant = 'a day such as "2027-01-31", or a moment such as "2027-01-31T18:00:00Z"';
/** Milliseconds since 1970. */
const instant = v.pipe(
  v.string(anInstant),
  v.check((text) => /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text), anInstant),
  v.check((text) => !Number.isNaN(Date.parse(text)), anInstant),
  v.transform((text) => Date.parse(text)),
);
const aTarget = 'a target such as "openai/gpt-4o-mini"';
const targetName = v.pipe(v.string(aTarget), v.regex(/^[^/\s]+\/\S+$/, aTarget));
/** Whether it names a provider that there is can only be told of the whole: see `crossFieldChecks`. */
const target = v.string(aTarget);
const aVariable = 'the name of a variable, such as "LAB_KEY". The key itself belongs in that variable, never into this file.';
const variable = v.pipe(v.string(aVariable), v.regex(/^[A-Za-z_]\w*$/, aVariable), v.check(isNoKey, aVariable));
/** As Secrets Manager lets them be. An ARN is refused: the stack gives the functions their secrets by name. */
const aSecretName = 'the name of a secret, such as "sluice/openai". The key itself belongs in that secret, never into this file.';
const secretName = v.pipe(v.string(aSecretName), v.regex(/^[\w/+=.@-]{1,512}$/, aSecretName), v.check(isNoKey, aSecretName));

/** Where a provider's key is found; a key that was pasted here is refused, and not repeated. */
const keySource = v.pipe(
  v.custom<{ env: string } | { secret: string }>(
    (input) => isObject(input) && ['env', 'secret'].includes(Object.keys(input).join()),
    'either { "env": "A_VARIABLE" } or { "secret": "a/name" }. Put the key itself there, never into this file.',
  ),
  v.lazy((input) => (isObject(input) && 'env' in input ? members({ env: variable }) : members({ secret: secretName }))),
);

const aRegion = 'an AWS region such as "us-east-1"';

const provider = members({
  kind: v.optional(word(providerKinds)),
  baseUrl: v.optional(url),
  region: v.optional(v.pipe(v.string(aRegion), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, aRegion))),
  // Bedrock: by which of its APIs models are asked; by the better one for each where nothing is said.
  api: v.optional(word(['converse', 'invoke'])),
  // Chat completions: `false` where it cannot stream an answer to a request with tools, and is to be asked for it whole.
  streamsTools: v.optional(flag),
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
    // Bedrock: what an application inference profile was made from, which its ARN does not tell.
    profileOf: v.optional(v.string('the id of a model or of an inference profile')),
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
      v.minLength(1, 'at least one target. Add one, or remove the model.'),
    ),
    timeouts: v.optional(timeouts),
    retries: v.optional(count),
    hedgeAfter: v.optional(v.lazy((input) => (input === 'off' ? v.literal('off') : duration))),
    continue: v.optional(word(['off', 'text'])),
  },
  `${aTarget}, or { "targets": [ … ] }`,
);

const someDollars = 'a number of dollars above 0. Leave it out where there is to be no limit.';
const dollarsADay = v.pipe(v.number(someDollars), v.gtValue(0, someDollars));

/** A key in the place of its digest is refused, and not repeated. */
const aDigest =
  "the key's SHA-256 digest, 64 hexadecimal digits in lower case. Write down what `npm run keys -- create` prints, not the key.";

const key = members({
  id: v.pipe(v.string('a name'), v.minLength(1, 'a name')),
  sha256: v.pipe(v.string(aDigest), v.regex(/^[0-9a-f]{64}$/, aDigest)),
  models: v.optional(v.array(v.string('a model name'), 'a list of model names'), ['*']),
  // From the beginning of that day (UTC), or from that moment on, the key is not let in.
  expires: v.optional(instant),
  // Taken back; the record stays, so that its id means nobody else.
  disabled: v.optional(flag),
  limits: v.optional(
    members({
      requestsPerMinute: v.optional(limit),
      tokensPerMinute: v.optional(limit),
      concurrentStreams: v.optional(limit),
      dollarsPerDay: v.optional(dollarsADay),
    }),
  ),
});

/** The keys of a configuration, and of the file that `npm run keys` writes beside it. */
export const keysSchema = v.array(key, 'a list of keys');

const aPrice = 'a price of 0 or more, in dollars';
const dollars = v.pipe(v.number(aPrice), v.minValue(0, aPrice));
/** What one million tokens of each kind cost; a kind without a price makes the cost of an answer that has some unknown. */
const modelPrices = members({
  input: dollars,
  output: dollars,
  cacheRead: v.optional(dollars),
  cacheWrite: v.optional(dollars),
});

/** `sluice.config.ts`, or JSON of the same shape. Every part may be left out. Messages say what is expected. */
export const configSchema = members({
  providers: v.optional(
    named(
      v.pipe(v.string(), v.regex(/^[a-z][a-z0-9.-]*$/, 'a name of small letters, digits, dots and dashes')),
      provider,
      'an object of providers',
    ),
    {},
  ),
  models: v.optional(
    named(
      v.pipe(v.string(), v.regex(/^\S(.*\S)?$/s, 'a name, without spaces at its ends')),
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
  keys: v.optional(keysSchema, []),
  limits: v.optional(members({ store: v.optional(word(['memory', 'dynamodb']), 'memory') }), {}),
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
/** The same, checked and with defaults: durations in milliseconds, sizes in bytes. */
export type Config = v.InferOutput<typeof configSchema>;
/** One of its keys as it is written. */
export type KeyInput = v.InferInput<typeof keysSchema>[number];
export type ProviderConfig = Config['providers'][string];
export type TimeoutsConfig = Config['timeouts'];

/** A whole number of so much or more; `fix` is what to do about another, as a sentence. */
function wholeNumber(least: number, fix = '') {
  const expected = `a whole number of ${least} or more${fix}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected));
}

/** Does this text not look like the key of any known maker? */
function isNoKey(text: string): boolean {
  return redact(text) === text;
}
