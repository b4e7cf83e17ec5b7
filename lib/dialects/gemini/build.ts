import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Tool, ToolChoice } from '../../stream/request.ts';
import type { BuiltRequest } from '../dialect.ts';
import { mapParameters, type ParameterWriters, unsupported } from '../map-parameters.ts';
import { buildTurns } from './build-turns.ts';
import { familyOf } from './model-family.ts';

/** The body for this model, whose name is in the URL. Throws like `ProviderDialect.build` and `buildTurns`. */
export function build(request: ModelRequest, model: string): BuiltRequest {
  const family = familyOf(model);
  const { dropped: droppedFields, ...turns } = buildTurns(request.messages, family);
  const { fields, dropped } = mapParameters(request, {
    ...writers,
    reasoning: (value) => {
      const thinkingConfig = family.thinking(value, model);
      return thinkingConfig && config({ thinkingConfig });
    },
  });
  return { body: { ...turns, ...fields }, dropped: [...dropped, ...droppedFields, ...loosened(request)] };
}

const config = (members: JsonObject) => ({ generationConfig: members });

/** Most models reject penalties. 0 means none. */
const penalty = (name: string) => (value: number) => (value === 0 ? {} : config({ [name]: value }));

const writers: ParameterWriters = {
  maxOutputTokens: (value) => config({ maxOutputTokens: value }),
  temperature: (value) => config({ temperature: value }),
  topP: (value) => config({ topP: value }),
  topK: (value) => config({ topK: value }),
  stop: (value) => config({ stopSequences: value }),
  seed: (value) => config({ seed: value }),
  frequencyPenalty: penalty('frequencyPenalty'),
  presencePenalty: penalty('presencePenalty'),
  responseFormat: (value) =>
    config({
      responseMimeType: 'application/json',
      ...(value.type === 'json-schema' && { responseJsonSchema: value.schema }),
    }),
  tools: (value) => (value.length > 0 ? { tools: [{ functionDeclarations: value.map(declaration) }] } : {}),
  toolChoice: (value, { parameters }) => {
    if ((parameters.tools ?? []).length > 0) return modeOf(value);
    // Without tools there is nothing to choose. Without a choice, none is called.
    return value.type === 'auto' || value.type === 'none' ? {} : undefined;
  },
  // Every model here makes parallel calls by default.
  parallelToolCalls: (parallel) => (parallel ? {} : undefined),
};

function declaration(tool: Tool): JsonObject {
  if (tool.type === 'passthrough') throw unsupported(tool.field);
  const { name, description, schema } = tool;
  return { name, ...(description && { description }), parametersJsonSchema: { type: 'object', ...schema } };
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;

function modeOf(choice: ToolChoice): JsonObject | undefined {
  if (choice.type === 'passthrough') return undefined;
  const functionCallingConfig =
    choice.type === 'tool' ? { mode: 'ANY', allowedFunctionNames: [choice.name] } : { mode: modes[choice.type] };
  return { toolConfig: { functionCallingConfig } };
}

/** Tools with a strict schema, which Gemini doesn't enforce. */
function loosened({ parameters: { tools = [] } }: ModelRequest): string[] {
  return tools.flatMap((tool) => (tool.type === 'function' && tool.strict ? [`${tool.field}.strict`] : []));
}
