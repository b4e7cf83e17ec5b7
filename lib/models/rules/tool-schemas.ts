import { isObject, type JsonObject } from '../../stream/json.ts';
import type { Tool } from '../../stream/request.ts';
import { withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';
import { strictSchema, toolSchemaFor } from '../schemas.ts';

function propertyCount({ properties }: JsonObject): number {
  return isObject(properties) ? Object.keys(properties).length : 0;
}

/** Schemas of tools as the target takes them, and strictness as far as it has it. */
export const toolSchemas: Rule = (request, { requirements, drop }) => {
  const { tools } = request.parameters;
  const { toolSchema, strictTools } = requirements;
  if (!tools) return request;
  const made = tools.map((tool): Tool => {
    if (tool.type !== 'function') return tool;
    const schema = toolSchema ? toolSchemaFor(tool.schema, toolSchema) : tool.schema;
    if (propertyCount(schema) < propertyCount(tool.schema)) drop(`${tool.field}.properties`);
    const fitting = JSON.stringify(schema) === JSON.stringify(tool.schema) ? tool : { ...tool, schema };
    if (!fitting.strict || strictTools === undefined) return fitting;
    const strict = strictTools === 'never' ? undefined : strictSchema(schema);
    if (strict) return strict === schema ? fitting : { ...fitting, schema: strict };
    drop(`${tool.field}.strict`);
    return { ...fitting, strict: false };
  });
  return made.every((tool, index) => tool === tools[index]) ? request : withParameters(request, { tools: made });
};
