import type { Message, ModelRequest, ResponseFormat } from '../../stream/request.ts';
import { spelled, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';
import { closedSchema, strictSchema } from '../schemas.ts';

/**
 * The format of the answer as the target takes it. A mode that it doesn't have is carried by an instruction and listed,
 * since the provider doesn't check it.
 */
export const outputFormat: Rule = (request, { requirements, drop }) => {
  const { responseFormat: format } = request.parameters;
  const { outputSchema, jsonWithTools } = requirements;
  if (!format) return request;
  const hasTools = (request.parameters.tools ?? []).length > 0;
  const jsonModes = jsonWithTools === false && hasTools ? [] : requirements.jsonModes;
  if (jsonModes && !jsonModes.includes(format.type)) {
    drop(spelled(request, 'responseFormat'));
    const other = format.type === 'json-schema' && jsonModes.includes('json-object');
    return instructed(withParameters(request, { responseFormat: other ? { type: 'json-object' } : undefined }), format);
  }
  if (format.type !== 'json-schema') return request;
  if (outputSchema === 'closed') {
    const schema = closedSchema(format.schema);
    return JSON.stringify(schema) === JSON.stringify(format.schema)
      ? request
      : withParameters(request, { responseFormat: { ...format, schema } });
  }
  if (outputSchema !== 'if-strict-subset' || !format.strict) return request;
  const strict = strictSchema(format.schema);
  if (strict === format.schema) return request;
  if (strict) return withParameters(request, { responseFormat: { ...format, schema: strict } });
  drop(`${spelled(request, 'responseFormat')}.strict`);
  return withParameters(request, { responseFormat: { ...format, strict: false } });
};

function instructed(request: ModelRequest, format: ResponseFormat): ModelRequest {
  const schema = format.type === 'json-schema' ? ` It follows this JSON schema:\n${JSON.stringify(format.schema)}` : '';
  const text = `Answer with one JSON object and nothing else, no code fence and no other words.${schema}`;
  const field = spelled(request, 'responseFormat');
  const message: Message = { role: 'system', content: [{ field, type: 'text', text }] };
  const last = request.messages.findLastIndex(({ role }) => role === 'system');
  return { ...request, messages: [...request.messages.slice(0, last + 1), message, ...request.messages.slice(last + 1)] };
}
