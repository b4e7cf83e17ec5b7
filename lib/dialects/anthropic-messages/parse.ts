import { SluiceError } from '../../stream/errors.ts';
import { type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { Message, ModelRequest } from '../../stream/request.ts';
import { lenientObjects } from '../lenient-fields.ts';
import { validateBody } from '../validate-body.ts';
import { readParameters } from './parse-parameters.ts';
import { partsOf } from './parse-parts.ts';
import { requestSchema } from './schema.ts';
import { dialectName } from './wire.ts';

/** The members that this parser reads, and two of Bedrock's that are headers elsewhere. */
const readMembers: ReadonlySet<string> = new Set([...Object.keys(requestSchema.entries), 'anthropic_version', 'anthropic_beta']);

/** The API version that removed sampling parameters, and the removed ones. */
const withoutSampling = '2026-10-21';
const samplingParameters = ['temperature', 'top_p', 'top_k'];

/**
 * Parses a Messages request. Throws `invalid_request` for requests that the API itself would reject at once. Unknown
 * members pass, because a provider of this dialect may know them, and are listed as unknown for other providers.
 * `version` is the client's `anthropic-version`, if known. Versions are dates that compare as strings.
 */
export function parse(input: JsonObject, { version = '' }: { version?: string | undefined } = {}): ModelRequest {
  const body = withoutNulls(input);
  const { model, stream } = validateBody(requestSchema, body);
  const removed = version >= withoutSampling ? samplingParameters.find((name) => body[name] !== undefined) : undefined;
  if (removed) {
    throw new SluiceError('invalid_request', `\`${removed}\` is not part of anthropic-version ${version}.`, { param: removed });
  }
  return {
    dialect: dialectName,
    body,
    model,
    stream: stream ?? false,
    messages: messagesOf(body),
    ...readParameters(body),
    unknown: Object.keys(body).filter((name) => !readMembers.has(name)),
    showUsage: true,
  };
}

function messagesOf(body: JsonObject): Message[] {
  const system: Message[] = body.system === undefined ? [] : [{ role: 'system', content: partsOf(body.system, 'system') }];
  const turns = lenientObjects(body.messages).map(
    ({ role, content }, index): Message => ({
      role: role === 'assistant' || role === 'system' ? role : 'user',
      content: partsOf(content, `messages[${index}].content`),
    }),
  );
  return [...system, ...turns];
}
