/** What one of Gemini's models accepts, from Google's guides to models and thinking. */
export interface GeminiModel {
  /** The minimum and maximum of a thinking budget. Missing if there is none. */
  readonly budgets?: readonly [least: number, most: number];
  /** Values of the thinking level. None if the model only has budgets. */
  readonly levels: readonly string[];
  /** A budget of 0 turns thinking off. */
  readonly canStop: boolean;
  readonly jsonWithTools: boolean;
  readonly penalties: boolean;
  readonly makesImages: boolean;
  readonly maxTokens: number;
}

const common = {
  levels: [],
  canStop: true,
  jsonWithTools: false,
  penalties: true,
  makesImages: false,
  maxTokens: 65_536,
} as const;

const three = { ...common, budgets: [128, 32_768], levels: ['low', 'high'], canStop: false, jsonWithTools: true } as const;

/** The first matching pattern decides. */
const models: readonly (readonly [name: RegExp, model: GeminiModel])[] = [
  [/gemini-(2\.[05]|3)[^/]*image/, { ...common, canStop: false, penalties: false, makesImages: true, maxTokens: 32_768 }],
  [/gemini-3[^/]*flash|gemini-flash-latest/, { ...three, levels: ['minimal', 'low', 'medium', 'high'] }],
  [/gemini-3\.[1-9]\d*-pro|gemini-pro-latest/, { ...three, levels: ['low', 'medium', 'high'] }],
  [/gemini-3/, three],
  [/gemini-2\.5-pro/, { ...common, budgets: [128, 32_768], canStop: false }],
  [/gemini-2\.5-flash-lite/, { ...common, budgets: [512, 24_576], penalties: false }],
  [/gemini-2\.5/, { ...common, budgets: [1, 24_576] }],
  [/gemini-(2\.0|1)|gemma/, { ...common, maxTokens: 8192 }],
];

/** The model with this name. `undefined` if it isn't a Gemini model. */
export function geminiModel(name: string): GeminiModel | undefined {
  return models.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}
