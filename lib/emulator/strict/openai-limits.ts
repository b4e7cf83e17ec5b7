import type { JsonObject } from '../../stream/json.ts';
import { must, Refusal } from '../refusal.ts';
import { functionSchemaFault, strictSchemaFault } from './function-schema.ts';
import type { GptModel } from './gpt-models.ts';
import { listed, mostCharacters, objectOf } from './words.ts';

/** Limits that chat completions, text completions and Responses share. */
export function checkHints(body: JsonObject): void {
  for (const name of ['user', 'safety_identifier', 'prompt_cache_key']) mostCharacters(body[name], 64, name);
  const metadata = Object.entries(objectOf(body.metadata));
  must(
    metadata.length <= 16,
    "Invalid 'metadata': too many properties. Expected an object with at most 16 properties.",
    'metadata',
  );
  for (const [name, value] of metadata) {
    must(name.length <= 64, `Invalid 'metadata': key too long. Expected at most 64 characters.`, 'metadata');
    mostCharacters(value, 512, `metadata.${name}`);
  }
}

/** The name of a tool, anywhere. */
export function checkToolName(name: unknown, path: string): void {
  if (typeof name !== 'string') return;
  mostCharacters(name, 64, path);
  if (/^[a-zA-Z0-9_-]+$/.test(name)) return;
  const message = `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`;
  throw new Refusal(400, message, { param: path, code: 'invalid_value' });
}

/** A function as OpenAI accepts it. `path` is its location, `tools[0].function` or `tools[0]`. */
export function checkFunction({ name, parameters, strict }: JsonObject, path: string): void {
  checkToolName(name, `${path}.name`);
  if (parameters === undefined || parameters === null) return;
  const schema = objectOf(parameters);
  const fault = functionSchemaFault(schema) ?? (strict === true ? strictSchemaFault(schema) : undefined);
  if (!fault) return;
  throw new Refusal(400, `Invalid schema for function '${name}': ${fault}`, {
    param: `${path}.parameters`,
    code: 'invalid_function_parameters',
  });
}

/** The schema of a response format. `format` holds name, schema and strict. `path` is its location. */
export function checkFormat({ name, schema, strict }: JsonObject, path: string): void {
  checkToolName(name, `${path}.name`);
  const fault = strict === true ? strictSchemaFault(objectOf(schema)) : undefined;
  if (fault) throw new Refusal(400, `Invalid schema for response_format '${name}': ${fault}`, { param: path });
}

/** `tools` as a list that is neither empty nor too long. */
export function checkToolCount({ tools }: JsonObject): void {
  if (!Array.isArray(tools)) return;
  if (tools.length === 0) {
    const message = "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.";
    throw new Refusal(400, message, { param: 'tools', code: 'empty_array' });
  }
  if (tools.length <= 128) return;
  const message = `Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length ${tools.length} instead.`;
  throw new Refusal(400, message, { param: 'tools', code: 'array_above_max_length' });
}

/** Rejects a parameter that the model doesn't have. */
export function unsupported(name: string, more = ''): never {
  const message = `Unsupported parameter: '${name}' is not supported with this model.${more}`;
  throw new Refusal(400, message, { param: name, code: 'unsupported_parameter' });
}

/** True if the model reasons with this effort. */
export function reasons(model: GptModel, effort: unknown): boolean {
  return model.efforts.length > 0 && (effort ?? model.usualEffort) !== 'none';
}

/** An effort that the model doesn't support. */
export function checkEffort(model: GptModel, effort: unknown, name: string): void {
  if (typeof effort !== 'string' || model.efforts.includes(effort)) return;
  const message = `Unsupported value: '${name}' does not support '${effort}' with this model. Supported values are: ${listed(model.efforts)}.`;
  throw new Refusal(400, message, { param: name, code: 'unsupported_value' });
}
