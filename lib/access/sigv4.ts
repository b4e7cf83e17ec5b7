import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as its receiver saw it. */
export interface SignedRequest {
  readonly method: string;
  /** As received: percent-encoded, without the query. */
  readonly path: string;
  /** As received, without the `?`. Empty if there is none. */
  readonly query: string;
  /** Names in lower case. On HTTP/2 with `:authority`. A `host` that a proxy made from it counts as `:authority`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
}

export interface SigV4Check {
  /** The secret of this access key id, or `undefined` if it is unknown. */
  secretFor(accessKeyId: string): string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The maximum difference to the time of the signature. AWS allows five minutes. */
  readonly maxSkewMs: number;
}

export type SigV4Verdict =
  | { readonly accessKeyId: string; readonly region: string; readonly service: string }
  | { readonly refusal: SigV4Refusal };

/**
 * `code` is the exception with which AWS rejects the same request, with status 403 (`IncompleteSignatureException`:
 * 400).
 */
export interface SigV4Refusal {
  readonly code:
    | 'MissingAuthenticationTokenException'
    | 'IncompleteSignatureException'
    | 'UnrecognizedClientException'
    | 'InvalidSignatureException';
  readonly message: string;
}

/**
 * The signer of this request with AWS Signature Version 4 in its `authorization` header, or why it is rejected. The
 * signature always includes the body. Follows the rules for services other than S3, which encode the path once more.
 * Doesn't support signatures in the query or of chunks. Never throws.
 */
export function verifySigV4(request: SignedRequest, { secretFor, now, maxSkewMs }: SigV4Check): SigV4Verdict {
  const authorization = header(request, 'authorization');
  if (!authorization?.startsWith(algorithm)) return refuse('MissingAuthenticationTokenException', 'The request is not signed.');
  const claim = readAuthorization(authorization);
  if (!claim) return refuse('IncompleteSignatureException', 'The authorization header is not a complete AWS signature.');
  const { accessKeyId, date, region, service, signedHeaders, signature } = claim;

  const time = header(request, 'x-amz-date') ?? '';
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(signedAt) || !time.startsWith(date)) {
    return refuse(
      'IncompleteSignatureException',
      'The header x-amz-date is missing or does not match the date in the signature.',
    );
  }
  if (Math.abs(now - signedAt) > maxSkewMs) {
    return refuse('InvalidSignatureException', 'The signature has expired or is not yet valid. Check the clock of the client.');
  }
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    return refuse('IncompleteSignatureException', 'The signature does not cover the host header.');
  }
  for (const name of mustBeSigned) {
    if (header(request, name) !== undefined && !signedHeaders.includes(name)) {
      return refuse('IncompleteSignatureException', `The signature does not cover the header ${name}.`);
    }
  }
  const canonicalHeaders: string[] = [];
  for (const name of signedHeaders) {
    const value = header(request, name);
    if (value === undefined) return refuse('IncompleteSignatureException', 'A header that the signature covers is missing.');
    canonicalHeaders.push(`${name}:${value.trim().replace(/\s+/g, ' ')}\n`);
  }
  const query = canonicalQuery(request.query);
  if (query === undefined) return refuse('IncompleteSignatureException', 'The query string has invalid percent-encoding.');
  const bodyHash = sha256(request.body);
  if ((header(request, 'x-amz-content-sha256') ?? bodyHash) !== bodyHash) {
    return refuse('InvalidSignatureException', 'The body does not match its signed hash.');
  }

  const secret = secretFor(accessKeyId);
  if (secret === undefined) return refuse('UnrecognizedClientException', 'Unknown access key id.');
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path),
    query,
    canonicalHeaders.join(''),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
  const scope = [date, region, service, terminator];
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${secret}`);
  const expected = hmac(key, [algorithm, time, scope.join('/'), sha256(canonicalRequest)].join('\n'));
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    return refuse(
      'InvalidSignatureException',
      'The signature does not match. Check the secret access key and the signing method.',
    );
  }
  return { accessKeyId, region, service };
}

/** The access key id in this `authorization` header. `undefined` if there is none. */
export function claimedKeyId(authorization: string): string | undefined {
  return authorization.startsWith(algorithm) ? readAuthorization(authorization)?.accessKeyId : undefined;
}

const algorithm = 'AWS4-HMAC-SHA256';
const terminator = 'aws4_request';
/** Sluice uses these headers, so they must be signed and no proxy may change them. */
const mustBeSigned = ['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token'];

interface Claim {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

function readAuthorization(authorization: string): Claim | undefined {
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((field): [string, string] => {
        const at = field.indexOf('=');
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()];
      }),
  );
  // One of our access key ids may contain a slash. The rest of the scope never does.
  const [, accessKeyId, date, region, service] =
    /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(fields.get('Credential') ?? '') ?? [];
  const signedHeaders = (fields.get('SignedHeaders') ?? '').split(';');
  const signature = fields.get('Signature') ?? '';
  if (!accessKeyId || !date || !region || !service || !/^[0-9a-f]{64}$/.test(signature)) return undefined;
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

function header({ headers }: SignedRequest, name: string): string | undefined {
  if (Object.hasOwn(headers, name)) return headers[name];
  // HTTP/2 clients sign `:authority`, others `host`. A proxy may have turned one into the other.
  if (name === ':authority') return headers.host;
  return name === 'host' ? headers[':authority'] : undefined;
}

/** Removes empty and dot segments before the path is encoded again. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(percentEncode(segment));
  }
  return `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string): string | undefined {
  try {
    return query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair): [string, string] => {
        const at = pair.includes('=') ? pair.indexOf('=') : pair.length;
        return [percentEncode(decodeURIComponent(pair.slice(0, at))), percentEncode(decodeURIComponent(pair.slice(at + 1)))];
      })
      .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
  } catch {
    return undefined;
  }
}

/** By code unit, independent of the locale. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Percent-encodes everything except letters, digits and `-._~`. */
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function refuse(code: SigV4Refusal['code'], message: string): SigV4Verdict {
  return { refusal: { code, message } };
}
