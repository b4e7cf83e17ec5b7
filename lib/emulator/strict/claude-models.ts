/** What one Claude model accepts, from Anthropic's model overview and migration guides. */
export interface ClaudeModel {
  /** How thinking is requested: by a budget, adaptively, either way, or not at all. */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive';
  /** Rejects `thinking: { type: 'disabled' }` (cline/cline#13203, about claude-fable-5). */
  readonly alwaysThinks?: true;
  /** `none` rejects temperature, top_p and top_k. `one` rejects temperature together with top_p. */
  readonly sampling: 'both' | 'one' | 'none';
  /** The conversation may end with an assistant turn that the model continues. */
  readonly prefill: boolean;
  /** Values of `output_config.effort`. With an empty list the member is rejected. */
  readonly efforts: readonly string[];
  /** Accepts `output_config.format`. */
  readonly formats: boolean;
  readonly maxTokens: number;
}

const adaptive = {
  thinking: 'adaptive',
  sampling: 'none',
  prefill: false,
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  formats: true,
  maxTokens: 128_000,
} as const;

const budget = { thinking: 'budget', sampling: 'one', prefill: true, efforts: [], formats: true, maxTokens: 64_000 } as const;

const plain = { thinking: 'none', sampling: 'both', prefill: true, efforts: [], formats: false, maxTokens: 8192 } as const;

/** The first matching pattern decides. */
const models: readonly (readonly [name: RegExp, model: ClaudeModel])[] = [
  [/claude-(fable|mythos)-/, { ...adaptive, alwaysThinks: true }],
  [/claude-(opus|sonnet|haiku)-[5-9](?!\d{3})/, adaptive],
  [/claude-opus-4-[789]/, adaptive],
  [
    /claude-opus-4-6/,
    { ...budget, thinking: 'either', prefill: false, efforts: ['low', 'medium', 'high', 'max'], maxTokens: 128_000 },
  ],
  [/claude-sonnet-4-6/, { ...budget, thinking: 'either', prefill: false, efforts: ['low', 'medium', 'high', 'max'] }],
  [/claude-opus-4-5/, { ...budget, efforts: ['low', 'medium', 'high'] }],
  [/claude-(sonnet|haiku)-4-5/, budget],
  [/claude-opus-4-1/, { ...budget, maxTokens: 32_000 }],
  [/claude-opus-4/, { ...budget, sampling: 'both', formats: false, maxTokens: 32_000 }],
  [/claude-(sonnet-4|3-7-sonnet)/, { ...budget, sampling: 'both', formats: false }],
  [/claude-3-5/, plain],
  [/claude-(3|v?2|instant|v1)/, { ...plain, maxTokens: 4096 }],
];

/**
 * The model with this name, in the spelling of any provider: `claude-opus-4-8`, `anthropic/claude-opus-4.8`,
 * `us.anthropic.claude-opus-4-8-v1:0`. `undefined` if it isn't a Claude model.
 */
export function claudeModel(name: string): ClaudeModel | undefined {
  const dashed = name.toLowerCase().replaceAll('.', '-');
  return models.find(([pattern]) => pattern.test(dashed))?.[1];
}
