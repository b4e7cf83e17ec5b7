import type { ClientDialect } from '../dialects/dialect.ts';
import type { ErrorKind } from '../stream/errors.ts';
import { errorKinds, SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** Public messages for failures whose own message comes from AWS or from the operator's configuration. */
const sentences: Partial<Record<ErrorKind, string>> = {
  provider_auth_error:
    'The gateway is not authorized at the provider of this model. This is not about your API key. Send the request id to the operator.',
  provider_secret_unavailable:
    'The gateway has no key for the provider of this model at the moment. This is not about your API key. Send the request id to the operator.',
};

/** ARNs, and account ids where AWS names them. Bounded, because an unbounded look back takes quadratic time. */
const awsNames = /\barn:aws[\w-]*:[^\s"'`,;)\]}]+|(?<=\baccount(?:\s{1,4}id)?[:\s]{1,4})\d{12}\b/gi;

/**
 * The error as a caller of a deployed gateway may see it: no secret names, no ARNs, no account ids and no shell
 * commands. The kind, the status and the time to wait stay. The log has the original.
 */
export function publicError(error: SluiceError): SluiceError {
  const { kind, param, details, retryAfterMs, upstream, publicMessage } = error;
  const sentence = publicMessage ?? sentences[kind];
  const isOwn = errorKinds[kind].faultSource === 'client' && !upstream;
  const body = upstream?.body && sentence === undefined ? withoutAwsNames(upstream.body) : undefined;
  return new SluiceError(kind, sentence ?? (isOwn ? error.message : hide(error.message)), {
    ...(param !== undefined && { param }),
    ...(details && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream && { upstream: { ...(upstream.status !== undefined && { status: upstream.status }), ...(body && { body }) } }),
  });
}

/** A dialect, or the part of it that reports a request that failed. */
type WritesErrors = Pick<ClientDialect, 'error'> & Partial<Pick<ClientDialect, 'encoder'>>;

/** The dialect, with every error that it writes made public: before the first byte and in the stream. */
export function withPublicErrors<Dialect extends WritesErrors>(dialect: Dialect): Dialect {
  const { encoder: encoderOf } = dialect;
  return {
    ...dialect,
    error: (error: SluiceError, requestId: string) => dialect.error(publicError(error), requestId),
    ...(encoderOf && {
      encoder: (options: Parameters<ClientDialect['encoder']>[0]) => {
        const encoder = encoderOf(options);
        return {
          open: () => encoder.open(),
          heartbeat: () => encoder.heartbeat(),
          write: (event: Parameters<typeof encoder.write>[0]) =>
            encoder.write(event.type === 'error' ? { ...event, error: publicError(event.error) } : event),
        };
      },
    }),
  };
}

function withoutAwsNames(body: JsonObject): JsonObject {
  return JSON.parse(hide(JSON.stringify(body))) as JsonObject;
}

function hide(text: string): string {
  return text.replace(awsNames, '[redacted]');
}
