import type { LambdaFunctionURLEvent, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import * as v from 'valibot';

/** An invocation by a function URL (payload format 2.0), as far as it is used here. */
const eventSchema = v.object({
  // Percent-encoded as the client sent it: a function URL does not decode it, as an HTTP API would.
  rawPath: v.string(),
  rawQueryString: v.optional(v.string(), ''),
  /** Names in lower case; values of repeated headers are joined by commas. */
  headers: v.optional(v.record(v.string(), v.string()), {}),
  cookies: v.optional(v.array(v.string()), []),
  body: v.nullish(v.string()),
  isBase64Encoded: v.optional(v.boolean(), false),
  requestContext: v.object({
    http: v.object({ method: v.string() }),
    domainName: v.optional(v.string()),
    /** There where the URL wants AWS signatures: who has signed. */
    authorizer: v.nullish(v.object({ iam: v.nullish(v.object({ userArn: v.string() })) })),
  }),
});

export type FunctionUrlEvent = v.InferOutput<typeof eventSchema>;

/**
 * What Lambda sends, by AWS's own types. It doesn't compile if the schema refuses such an event. AWS's headers may be
 * undefined, which JSON can't say.
 */
export type RawFunctionUrlEvent = Accepted<
  (LambdaFunctionURLEvent | LambdaFunctionURLEventWithIAMAuthorizer) & { headers: Record<string, string> }
>;
type Accepted<Event extends v.InferInput<typeof eventSchema>> = Event;

/** The event; `undefined` for one that no function URL has sent: a test of the console, a timer. */
export function readEvent(event: unknown): FunctionUrlEvent | undefined {
  const { success, output } = v.safeParse(eventSchema, event);
  return success ? output : undefined;
}
