import type { LambdaFunctionURLEvent, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import * as v from 'valibot';

/** A function URL invocation (payload format 2.0), with the members that are used here. */
const eventSchema = v.object({
  // Percent-encoded as the client sent it. Unlike an HTTP API, a function URL does not decode it.
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ''),
  /** Names in lower case. Values of repeated headers are joined by commas. */
  headers: v.optional(v.record(v.string(), v.string()), {}),
  cookies: v.optional(v.array(v.string()), []),
  body: v.nullish(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    http: v.object({ method: v.string() }),
    domainName: v.optional(v.string()),
    /** The signer, if the URL requires AWS signatures. */
    authorizer: v.nullish(v.object({ iam: v.nullish(v.object({ userArn: v.string() })) })),
  }),
});

export type FunctionUrlEvent = v.InferOutput<typeof eventSchema>;

/**
 * What Lambda sends, by AWS's own types. It doesn't compile if the schema rejects such an event. AWS's headers may be
 * undefined, which JSON can't express.
 */
export type RawFunctionUrlEvent = Accepted<
  (LambdaFunctionURLEvent | LambdaFunctionURLEventWithIAMAuthorizer) & { headers: Record<string, string> }
>;
type Accepted<Event extends v.InferInput<typeof eventSchema>> = Event;

/** The event. `undefined` if it is not from a function URL, such as a test from the AWS console or a timer. */
export function readEvent(event: unknown): FunctionUrlEvent | undefined {
  const { success, output } = v.safeParse(eventSchema, event);
  return success ? output : undefined;
}
