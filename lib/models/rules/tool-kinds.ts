import { SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Tool } from '../../stream/request.ts';
import { spelled, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** The one argument of a custom tool that is carried as a function. */
const textArgument: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input, as free text.' } },
  required: ['input'],
};

/**
 * Tools of kinds that the target doesn't have. A custom tool is carried as a function with one text. A tool that the
 * client's own provider would run is left out and listed, because it was only offered. Throws `unsupported_parameter`
 * where the request depends on one.
 */
export const toolKinds: Rule = (request, { requirements, sameDialect, drop }) => {
  const { tools, toolChoice } = request.parameters;
  if (!tools) return request;
  const kept = tools.flatMap((tool): Tool[] => {
    if (tool.type === 'custom') return [requirements.customTools ? tool : asFunction(tool)];
    if (tool.type !== 'passthrough' || sameDialect) return [tool];
    drop(tool.field);
    return [];
  });
  if (kept.length === tools.length && kept.every((tool, index) => tool === tools[index])) return request;
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'passthrough';
  const [first] = tools;
  if (kept.length === 0 && isForced && first) throw dependsOn(request, first);
  return withParameters(request, { tools: kept.length > 0 ? kept : undefined });
};

function asFunction({ field, cache, name, description, value }: Extract<Tool, { type: 'custom' }>): Tool {
  const grammar = formatOf(value);
  return {
    field,
    ...(cache && { cache }),
    type: 'function',
    name,
    description: [description, grammar && `The input follows this grammar:\n${grammar}`].filter(Boolean).join('\n\n'),
    schema: textArgument,
  };
}

/** The grammar of a custom tool's input, as Responses and chat completions spell it. */
function formatOf(value: JsonObject): string | undefined {
  const { format } = { ...value, ...(value.custom as JsonObject | undefined) } as { format?: JsonObject };
  const grammar = (format?.grammar ?? format) as JsonObject | undefined;
  return typeof grammar?.definition === 'string' ? grammar.definition : undefined;
}

function dependsOn(request: ModelRequest, tool: Tool): SluiceError {
  return new SluiceError(
    'unsupported_parameter',
    `\`${spelled(request, 'toolChoice')}\` asks for \`${tool.field}\`, a kind of tool that the provider of this model doesn't have. Choose another tool, or a model whose provider has it.`,
    { param: tool.field },
  );
}
