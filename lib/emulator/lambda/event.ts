import type { IncomingMessage } from 'node:http';
import type { RawFunctionUrlEvent } from '../../lambda/event.ts';

/** The signer of a request, if the URL requires a signature. */
export interface SignedBy {
  readonly accessKey: string;
  readonly userArn: string;
}

/** Request headers that belong to the connection, or that the event stores elsewhere. */
const leftOut = new Set(['connection', 'cookie', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Bodies of these types are text in the event. All others are base64. */
const textTypes = /^(text\/|application\/(json|xml|javascript|[\w.-]+\+(json|xml))\s*(;|$))/i;

/** The event of a function URL request, payload format 2.0. The path stays percent-encoded. */
export function eventOf(request: IncomingMessage, body: Buffer, requestId: string, signedBy?: SignedBy): RawFunctionUrlEvent {
  const [rawPath = '/', rawQueryString = ''] = split(request.url ?? '/', '?');
  const domainName = request.headers.host ?? '';
  const headers = headersOf(request);
  const isText = textTypes.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined && isUtf8(body);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(request.headers.cookie && { cookies: request.headers.cookie.split(/; */) }),
    headers,
    ...(rawQueryString && { queryStringParameters: parametersOf(rawQueryString) }),
    requestContext: {
      accountId: signedBy ? '123456789012' : 'anonymous',
      apiId: 'emulated',
      ...(signedBy && { authorizer: { iam: { accountId: '123456789012', ...signedBy } } }),
      domainName,
      domainPrefix: 'emulated',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    // Node decodes each byte as a character. The event is UTF-8.
    if (!leftOut.has(name)) headers[name] = Buffer.from(values.join(','), 'latin1').toString('utf8');
  }
  return { ...headers, 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' };
}

function parametersOf(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.compare(Buffer.from(bytes.toString('utf8'), 'utf8'), bytes) === 0;
}
