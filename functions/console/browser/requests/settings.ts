import type { DialectName } from '../../../../lib/client/index.ts';
import { type Effort, efforts, type Tool, type Wanted } from './conversation.ts';
import { requests } from './index.ts';

/** The values of the settings panel, as typed. */
export interface Settings {
  readonly dialect: DialectName;
  readonly system: string;
  readonly temperature: string;
  readonly maxTokens: string;
  readonly effort: string;
  readonly withTools: boolean;
  readonly tools: string;
  readonly withSchema: boolean;
  readonly schema: string;
}

export type SettingName = keyof Settings;

/** An invalid field and how to fix it. */
export interface Problem {
  readonly field: SettingName;
  readonly message: string;
}

const weatherTool: Tool = {
  name: 'get_weather',
  description: 'The weather in a city, now',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city'],
  },
};

const personSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

export const defaultSettings: Settings = {
  dialect: 'chat',
  system: '',
  temperature: '',
  maxTokens: '',
  effort: '',
  withTools: false,
  tools: JSON.stringify([weatherTool], null, 2),
  withSchema: false,
  schema: JSON.stringify(personSchema, null, 2),
};

type Parsed = Omit<Wanted, 'model' | 'messages'>;

/** Parses the settings. Leaves out what the dialect can't carry, and lists the invalid fields. */
export function parseSettings(settings: Settings): { readonly wanted: Parsed; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const lacks = new Set(requests[settings.dialect].lacks);
  const read = <Value>(field: SettingName, parse: () => Value): Value | undefined => {
    try {
      return parse();
    } catch (error) {
      problems.push({ field, message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  };
  const temperature = read('temperature', () => numberIn(settings.temperature, 0, 2));
  const maxTokens = read('maxTokens', () => wholeNumberIn(settings.maxTokens));
  const tools = settings.withTools && !lacks.has('tools') ? read('tools', () => toolsIn(settings.tools)) : undefined;
  const schema = settings.withSchema && !lacks.has('schema') ? read('schema', () => objectIn(settings.schema)) : undefined;
  const effort = !lacks.has('effort') && isEffort(settings.effort) ? settings.effort : undefined;
  const wanted: Parsed = {
    ...(settings.system.trim() && !lacks.has('system') && { system: settings.system }),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(effort && { effort }),
    ...(tools && { tools }),
    ...(schema && { schema }),
  };
  return { wanted, problems };
}

function numberIn(text: string, min: number, max: number): number | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (Number.isNaN(value) || value < min || value > max)
    throw new Error(`Enter a number from ${min} to ${max}, or leave it empty.`);
  return value;
}

function wholeNumberIn(text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error('Enter a whole number of at least 1, or leave it empty.');
  return value;
}

function isEffort(text: string): text is Effort {
  return (efforts as readonly string[]).includes(text);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(text: string): object {
  const schema = jsonIn(text);
  if (!isObject(schema)) throw new Error('Enter a JSON schema: an object in braces.');
  return schema;
}

function toolsIn(text: string): readonly Tool[] {
  const tools = jsonIn(text);
  if (!Array.isArray(tools) || tools.length === 0) throw new Error('Enter a list of tools in square brackets.');
  return tools.map(toolIn);
}

/** Accepts each vendor's form: OpenAI nests a tool in `function`, Anthropic has `input_schema`. */
function toolIn(value: unknown, index: number): Tool {
  const outer: Record<string, unknown> = isObject(value) ? value : {};
  const tool = isObject(outer.function) ? outer.function : outer;
  const { name, description, parameters = tool.input_schema ?? { type: 'object', properties: {} } } = tool;
  if (typeof name !== 'string' || name === '') throw new Error(`Tool ${index + 1} needs a "name".`);
  if (!isObject(parameters)) throw new Error(`"parameters" of ${name} must be a JSON schema.`);
  return { name, ...(typeof description === 'string' && { description }), parameters };
}
