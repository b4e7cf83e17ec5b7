/** What one model family accepts in Converse, from AWS's tables of supported models and model features. */
export interface ConverseModel {
  /** Tools: not at all, only with Converse, or also with ConverseStream. */
  readonly tools: 'none' | 'whole' | 'streamed';
  /** Tool choices besides `auto`. */
  readonly choices: readonly ('any' | 'tool')[];
  readonly system: boolean;
  readonly images: boolean;
  readonly documents: boolean;
  /** A turn may have text next to tool results and tool calls. */
  readonly mixedTurns: boolean;
  readonly caches: boolean;
  /** The maximum number of stop sequences. 0 for a model without the field. */
  readonly stops: number;
  /** Reasoning of earlier turns: signed, unsigned, or rejected. */
  readonly reasoning: 'signed' | 'unsigned' | 'none';
  /** Members of `additionalModelRequestFields`. Missing if the model's own rules decide. */
  readonly more?: readonly string[];
  /** Allowed keywords at the top of a tool schema. Missing if all are allowed. */
  readonly schemaKeywords?: readonly string[];
  /** The conversation may end with an assistant turn. */
  readonly prefill: boolean;
  readonly maxTokens: number;
}

const claude: ConverseModel = {
  tools: 'streamed',
  choices: ['any', 'tool'],
  system: true,
  images: true,
  documents: true,
  mixedTurns: true,
  caches: true,
  stops: 2500,
  reasoning: 'signed',
  prefill: true,
  maxTokens: 128_000,
};

const nova: ConverseModel = {
  ...claude,
  stops: 4,
  reasoning: 'none',
  prefill: false,
  more: ['inferenceConfig', 'reasoningConfig', 'stopSequences'],
  // "Only type, properties and required are supported at the top" (AWS, tool use with Nova).
  schemaKeywords: ['type', 'properties', 'required'],
  maxTokens: 10_000,
};

/** Other models with tools. Bedrock serves most of them through one server of its own. */
const open: ConverseModel = {
  ...claude,
  choices: ['any', 'tool'],
  images: false,
  documents: true,
  caches: false,
  stops: 16,
  reasoning: 'unsigned',
  prefill: false,
  maxTokens: 65_536,
};

const llama: ConverseModel = {
  ...open,
  tools: 'whole',
  choices: [],
  mixedTurns: false,
  stops: 0,
  reasoning: 'none',
  more: [],
  maxTokens: 8192,
};

const mistral: ConverseModel = {
  ...open,
  choices: ['any'],
  mixedTurns: false,
  stops: 10,
  reasoning: 'none',
  more: ['top_k'],
  maxTokens: 8192,
};

const text: ConverseModel = { ...llama, tools: 'none', system: false, stops: 4, maxTokens: 4096 };

/** The first matching pattern decides. */
const models: readonly (readonly [name: RegExp, model: ConverseModel])[] = [
  [/anthropic\.claude-(v1|v2|instant)/, { ...text, system: true, prefill: true, stops: 4 }],
  [/claude/, claude],
  [/nova-micro/, { ...nova, images: false, documents: false }],
  [/nova-2|nova-premier/, { ...nova, maxTokens: 65_536 }],
  [/nova/, nova],
  [/titan/, text],
  [/llama4|llama-4/, { ...llama, images: true }],
  [/llama3-2-(11|90)b/, { ...llama, images: true }],
  [/llama3-[123]/, llama],
  [/llama/, { ...llama, tools: 'none', maxTokens: 2048 }],
  [/pixtral/, { ...mistral, images: true }],
  [/mistral-(7b|8x7b)|mixtral/, { ...text, stops: 10, more: ['top_k'] }],
  [/mistral-(large|small)/, mistral],
  [/cohere\.command-r/, { ...open, choices: [], mixedTurns: false, stops: 4, reasoning: 'none', maxTokens: 4096 }],
  [/cohere/, text],
  [/jamba/, { ...open, choices: [], reasoning: 'none', maxTokens: 4096 }],
  [/deepseek\.r1/, { ...open, tools: 'none', reasoning: 'none', maxTokens: 32_768 }],
  [/openai\.|gpt-oss|qwen|deepseek|kimi|moonshot|zai\.|glm|minimax|nemotron|mistral|ministral|magistral/, open],
];

/** The model with this id or short name. `undefined` if Bedrock's tables don't list it. */
export function converseModel(name: string): ConverseModel | undefined {
  return models.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}
