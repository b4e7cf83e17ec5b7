import * as v from 'valibot';
import { choice, members } from './object-schema.ts';

/** The retention periods that CloudWatch accepts. It rejects others only minutes into a deployment. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const aName = 'a name of at most 40 letters, digits and dashes that starts with a letter';
const aRegion = 'an AWS region such as "us-east-1"';
const megabytes = 'an integer number of megabytes, from 128 to 10240';
const concurrency = 'an integer of 1 or more, or false';
const aWebAcl = 'the ARN of a web ACL for CloudFront: "arn:aws:wafv2:us-east-1:…:global/webacl/…"';
const aHost = 'a host name in lower case, such as "llm.example.com"';
const aCertificate = 'the ARN of a certificate in us-east-1: "arn:aws:acm:us-east-1:…:certificate/…"';
const aZone = 'the id of a Route 53 hosted zone, such as "Z0123456789ABCDEFGHIJ"';
const anAddress = 'an email address';
const aTopic = 'the ARN of an SNS topic';
const aBudget = 'a number of dollars, 1 or more';
const environments = 'an integer of 2 or more';
/** The rates that Lambda takes: 0, hundreds up to 1000, thousands up to 10000. */
const rateLimits = [
  0,
  ...Array.from({ length: 10 }, (_, at) => (at + 1) * 100),
  ...Array.from({ length: 9 }, (_, at) => (at + 2) * 1000),
];
const flag = v.boolean('true or false');

/** How the functions are deployed. The defaults suit a first deployment. */
export const stack = members({
  // The stack name and the prefix of the function names. Two deployments in one region need two names.
  name: v.optional(v.pipe(v.string(aName), v.regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, aName)), 'sluice'),
  // Default: the region of the AWS credentials.
  region: v.optional(v.pipe(v.string(aRegion), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, aRegion))),
  memory: v.optional(
    v.pipe(v.number(megabytes), v.integer(megabytes), v.minValue(128, megabytes), v.maxValue(10240, megabytes)),
    512,
  ),
  // Per function: this many concurrent requests are always possible, and never more. `false` shares the account's
  // quota.
  reservedConcurrency: v.optional(
    v.union([v.pipe(v.number(), v.integer(concurrency), v.minValue(1, concurrency)), v.literal(false)], concurrency),
    false,
  ),
  // How traffic moves to a new version: at once, 10 percent first for five minutes, or 10 percent more each minute.
  shift: v.optional(choice(['off', 'canary', 'linear']), 'off'),
  // Allows the functions to subscribe the account to third-party models of Bedrock at first use.
  modelSubscriptions: v.optional(flag, false),
  auth: v.optional(choice(['keys', 'iam']), 'keys'),
  // A web ACL for CloudFront can only be created in us-east-1. A stack elsewhere refers to an existing one.
  cloudFront: v.optional(
    v.lazy((input) =>
      typeof input === 'boolean'
        ? flag
        : members(
            {
              webAcl: v.pipe(
                v.string(aWebAcl),
                v.regex(/^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/, aWebAcl),
              ),
            },
            'true, false, or { "webAcl": … }',
          ),
    ),
    false,
  ),
  // One host name for every client. CloudFront requires it and its certificate.
  domain: v.optional(
    members({
      name: v.pipe(v.string(aHost), v.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, aHost)),
      certificateArn: v.optional(
        v.pipe(v.string(aCertificate), v.regex(/^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/, aCertificate)),
      ),
      // The stack creates the records there, and the certificate if there is none.
      hostedZone: v.optional(v.pipe(v.string(aZone), v.regex(/^Z[A-Z0-9]{1,31}$/, aZone))),
    }),
  ),
  webFunctions: v.optional(
    v.lazy((input) =>
      typeof input === 'boolean'
        ? flag
        : members(
            {
              // Requests per second at most. 0 refuses all of them, which is the emergency stop.
              rateLimit: v.optional(choice(rateLimits)),
              maxEnvironments: v.optional(v.pipe(v.number(environments), v.integer(environments), v.minValue(2, environments))),
            },
            'true, false, or an object with rateLimit and maxEnvironments',
          ),
    ),
    false,
  ),
  logRetentionDays: v.optional(choice(retentionDays), 30),
  // Alarms are most of the cost of an idle deployment.
  alarms: v.optional(flag, true),
  // The recipient of alarms and budget notifications: an email address, which must confirm it, or an existing topic.
  alarmEmail: v.optional(v.pipe(v.string(anAddress), v.email(anAddress))),
  alarmTopic: v.optional(v.pipe(v.string(aTopic), v.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/, aTopic))),
  // The monthly budget of the whole account, in dollars. AWS notifies the recipient above it.
  monthlyBudget: v.optional(v.pipe(v.number(aBudget), v.minValue(1, aBudget))),
  tags: v.optional(v.record(v.string(), v.string('a text'), 'an object of tags'), {}),
});

export type StackConfig = v.InferOutput<typeof stack>;
