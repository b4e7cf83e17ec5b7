import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { answers } from './answers.ts';
import { type Family, type FamilyName, families, type Operation } from './families.ts';
import { requests } from './requests.ts';

/** Where each function serves its OpenAPI document. */
export const openapiPath = '/openapi.json';

/**
 * The OpenAPI 3.1 document of these functions. It doesn't depend on the configuration. `GET /v1/models` lists the
 * configured models and needs a key.
 */
export function openapiDocument(names: readonly FamilyName[]): JsonObject {
  const served = names.map((name) => families[name]);
  const paths: JsonObject = {};
  for (const family of served) {
    for (const operation of family.operations) {
      const known = paths[operation.path];
      const path = isObject(known) ? known : { parameters: pathParameters(operation.path) };
      // Functions that share a path respond alike, except for their errors.
      paths[operation.path] = { ...path, [operation.method]: path[operation.method] ?? described(operation, family) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: served.length === 1 ? (served[0]?.title ?? 'Sluice') : 'Sluice',
      version: '1',
      description:
        'Streams from any provider in the format of the client. Sluice passes fields that are not described here to the provider.',
    },
    servers: [{ url: '/' }],
    paths: { ...paths, [openapiPath]: itself, '/v1/health': health },
    components: { schemas: schemasIn(paths), securitySchemes },
  };
}

function described(
  { path, method, summary, request, isRequestOptional, answer, stream }: Operation,
  { errors, security }: Family,
): JsonObject {
  return {
    operationId: `${method}${path.replace(/^\/v1/, '').replace(/[^a-zA-Z]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    security: security.map((scheme) => ({ [scheme]: [] })),
    ...(request && {
      requestBody: { required: !isRequestOptional, content: { 'application/json': { schema: anyOf(request) } } },
    }),
    responses: {
      200: {
        description: [answer && 'The complete response.', stream && `As a stream. ${stream.description}`]
          .filter(Boolean)
          .join(' '),
        headers,
        content: {
          ...(answer && { 'application/json': { schema: reference(answer) } }),
          ...(stream && {
            [stream.type]: { schema: stream.event ? reference(stream.event) : { type: 'string', format: 'binary' } },
          }),
        },
      },
      ...failures(errors),
    },
  };
}

const headers: JsonObject = {
  'x-request-id': { description: 'The id of the request. The log entry has the same id.', schema: { type: 'string' } },
  'x-sluice-dropped': {
    description: 'Hints that Sluice dropped because the provider does not support them.',
    schema: { type: 'string' },
  },
};

/** Statuses before the first byte. A later failure is an event of the stream. */
function failures(errors: readonly string[]): JsonObject {
  const failure = (description: string): JsonObject => ({
    description,
    headers: { 'x-request-id': headers['x-request-id'] ?? {} },
    content: { 'application/json': { schema: anyOf(errors) } },
  });
  return {
    '4XX': failure('The request was rejected. `retry-after`, if present, gives the number of seconds to wait before a retry.'),
    '5XX': failure('The provider or the gateway failed, after the gateway made its own retries.'),
  };
}

function anyOf(names: readonly string[]): JsonObject {
  return names.length === 1 ? reference(names[0] ?? '') : { anyOf: names.map(reference) };
}

const componentsAt = '#/components/schemas/';

function reference(name: string): JsonObject {
  return { $ref: componentsAt + name };
}

const idDescriptions = [
  ['/streams/', 'The id in the `x-sluice-stream` header of the original response.'],
  ['/responses/', 'The id of the response.'],
] as const;

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description:
      idDescriptions.find(([part]) => path.includes(part))?.[1] ?? 'The name of a model. It may contain slashes, encoded or not.',
    schema: { type: 'string' },
  }));
}

/** The schemas that these paths refer to, directly or indirectly. */
function schemasIn(paths: JsonObject): JsonObject {
  const schemas: JsonObject = {};
  const waiting = referencesIn(paths);
  for (const name of waiting) {
    const schema = requests[name]?.() ?? answers[name] ?? {};
    schemas[name] = schema;
    for (const further of referencesIn(schema)) waiting.add(further);
  }
  return schemas;
}

function referencesIn(value: Json | undefined): Set<string> {
  const found = new Set<string>();
  if (Array.isArray(value)) for (const item of value) for (const name of referencesIn(item)) found.add(name);
  if (!isObject(value)) return found;
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') found.add(member.slice(componentsAt.length));
    else for (const name of referencesIn(member)) found.add(name);
  }
  return found;
}

const securitySchemes: JsonObject = {
  bearer: { type: 'http', scheme: 'bearer' },
  xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  apiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
  awsSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'authorization',
    description: 'An AWS signature (version 4) with the API key as both access key id and secret access key.',
  },
};

const open = (summary: string): JsonObject => ({
  get: {
    summary,
    security: [],
    responses: {
      200: { description: 'The status and the reason.', content: { 'application/json': { schema: { type: 'object' } } } },
    },
  },
});
const itself = open('This document');
const health = open('Health check');
