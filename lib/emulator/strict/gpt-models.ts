/** What one of OpenAI's models accepts, from its model pages and from public reports. */
export interface GptModel {
  /** Values of the reasoning effort. Empty for a model that doesn't reason. */
  readonly efforts: readonly string[];
  /** The default effort. */
  readonly usualEffort?: string;
  /** Sampling parameters such as temperature require effort `none`. */
  readonly samplesWithoutReasoning?: true;
  /** Rejects function tools in chat completions unless the effort is `none` (openai/openai-openapi#541). */
  readonly toolsWithoutReasoning?: true;
  /** Has no `parallel_tool_calls`. */
  readonly serialTools?: true;
  readonly stops: boolean;
  /** Accepts other values than `medium` for the verbosity. */
  readonly verbosity: boolean;
  readonly responsesOnly?: true;
  readonly maxTokens: number;
}

const plain = { efforts: [], stops: true, verbosity: false, maxTokens: 16_384 } as const;

const series = {
  efforts: ['low', 'medium', 'high'],
  usualEffort: 'medium',
  stops: false,
  verbosity: false,
  maxTokens: 100_000,
} as const;

const five = {
  efforts: ['minimal', 'low', 'medium', 'high'],
  usualEffort: 'medium',
  stops: false,
  verbosity: true,
  maxTokens: 128_000,
} as const;

const fiveOne = {
  ...five,
  efforts: ['none', 'low', 'medium', 'high'],
  usualEffort: 'none',
  samplesWithoutReasoning: true,
} as const;

const fiveTwo = { ...fiveOne, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] } as const;

/** The first matching pattern decides. */
const models: readonly (readonly [name: RegExp, model: GptModel])[] = [
  [/gpt-5[\d.]*-chat/, plain],
  [/gpt-5-pro/, { ...five, efforts: ['high'], usualEffort: 'high', responsesOnly: true }],
  [/gpt-5\.\d+-pro/, { ...five, efforts: ['medium', 'high', 'xhigh'], responsesOnly: true }],
  [/gpt-5[\d.]*-codex/, { ...five, efforts: ['low', 'medium', 'high', 'xhigh'], responsesOnly: true }],
  // Reasons by default, and then rejects tools in chat completions (BerriAI/litellm#34569).
  [/gpt-5\.[6-9]|gpt-[6-9]/, { ...fiveTwo, usualEffort: 'medium', toolsWithoutReasoning: true }],
  [/gpt-5\.[45]/, { ...fiveTwo, toolsWithoutReasoning: true }],
  [/gpt-5\.[23]/, fiveTwo],
  [/gpt-5\.1/, fiveOne],
  [/gpt-5/, five],
  [/(^|\/)o[134]-(pro|deep-research)|(^|\/)o[34]-(mini-)?deep-research/, { ...series, responsesOnly: true }],
  [/(^|\/)o(1|3-mini)\b/, { ...series, stops: true, serialTools: true }],
  [/(^|\/)o\d/, { ...series, serialTools: true }],
  [/gpt-4\.1/, { ...plain, maxTokens: 32_768 }],
  [/gpt-(4o|4\.5|audio)|chatgpt/, plain],
  [/gpt-4-(turbo|1106|0125)|gpt-3\.5/, { ...plain, maxTokens: 4096 }],
  [/gpt-4(-|$)/, { ...plain, maxTokens: 8192 }],
];

/** The model with this name, with or without a vendor prefix. `undefined` if it isn't an OpenAI model. */
export function gptModel(name: string): GptModel | undefined {
  return models.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}
