/**
 * The families of models that differ in what they accept. A family is named after its oldest member: `claude-opus-4-7`
 * is every Claude from Opus 4.7 on.
 */
export type Family = (typeof families)[number][0];

/** The first pattern that matches the bare name decides. Names are matched in lower case, with `-` for `.` and `_`. */
const families = [
  ['claude-2', /^claude-(v?[12](?!\d)|instant)/],
  ['claude-3', /^claude-3-(haiku|sonnet|opus)/],
  ['claude-3-5', /^claude-3-5/],
  ['claude-3-7', /^claude-3-7/],
  ['claude-opus-4-5', /^claude-opus-4-5/],
  ['claude-4-5', /^claude-(sonnet|haiku)-4-5/],
  ['claude-opus-4-6', /^claude-opus-4-6/],
  ['claude-sonnet-4-6', /^claude-sonnet-4-6/],
  ['claude-opus-4-1', /^claude-opus-4-1(?!\d)/],
  ['claude-4', /^claude-((opus|sonnet)-4(-0(?!\d)|-20\d{6})?(?!\d|-\d(?!\d{5}))|4-(opus|sonnet))/],
  ['claude-fable', /^claude-(fable|mythos)/],
  ['claude-opus-4-7', /^claude/],

  ['gpt-oss', /^gpt-oss/],
  ['gpt-5-chat', /^gpt-5(-\d+)?-chat/],
  ['gpt-5-pro', /^gpt-5-pro/],
  ['gpt-5-1-pro', /^gpt-5-\d+-pro/],
  ['gpt-5-codex', /^(gpt-5(-\d+)?-codex|codex-)/],
  ['gpt-5-6', /^gpt-(5-[6-9]|5-\d\d|[6-9])/],
  ['gpt-5-4', /^gpt-5-[45]/],
  ['gpt-5-2', /^gpt-5-[23]/],
  ['gpt-5-1', /^gpt-5-1/],
  ['gpt-5', /^gpt-5/],
  ['o-pro', /^o\d+(-mini)?-(pro|deep-research)/],
  ['o1', /^(o1(?!\d)|o3-mini)/],
  ['o-series', /^o\d/],
  ['gpt-4-1', /^gpt-4-1/],
  ['gpt-4o', /^(gpt-(4o|4-5|audio)|chatgpt)/],
  ['gpt-completions', /^(davinci|babbage|gpt-3-5-turbo-instruct|gpt-35-turbo-instruct)/],
  ['gpt-4-turbo', /^gpt-(4-(turbo|1106|0125)|3-5|35)/],
  ['gpt-4', /^gpt-4/],

  ['gemma-3', /^gemma-?[123]/],
  ['gemini-image', /^gemini-.*image/],
  ['gemini-1', /^gemini-(1|2-0)/],
  ['gemini-2-5-pro', /^gemini-2-5-pro/],
  ['gemini-2-5-flash-lite', /^gemini-2-5-flash-lite/],
  ['gemini-2-5', /^gemini-2-5/],
  ['gemini-3-flash', /^gemini-([3-9].*flash|flash-latest)/],
  ['gemini-3-pro', /^gemini-3-pro/],
  ['gemini-3-1-pro', /^gemini/],

  ['nova-2', /^nova-(2|premier)/],
  ['nova', /^nova/],
  ['titan-premier', /^titan-text-premier/],
  ['titan', /^titan/],
  ['llama-4', /^llama-?4/],
  ['llama-3-3', /^(meta-)?llama-?3-3/],
  ['llama-3', /^(meta-)?llama-?3-[123]/],
  ['llama-2', /^(meta-)?llama/],
  ['jamba', /^(jamba|j2-)/],
  ['command-r', /^command-r/],
  ['command', /^command/],

  ['deepseek-chat', /^deepseek-(chat|v3)/],
  ['deepseek-r1', /^deepseek-r1|^r1(?!\w)/],
  ['deepseek-reasoner', /^deepseek/],
  ['kimi-k2', /^kimi-(k2(?!-(\d(?!\d)|thinking))|latest)/],
  ['kimi-thinking', /^kimi/],
  ['glm-4-5', /^glm-(4-[5-9]|[5-9])/],
  ['grok-3-mini', /^grok-3-mini/],
  ['grok-4-3', /^grok-(4-([3-9]|20-multi)|[5-9])/],
  ['grok-4', /^grok-(4|code)/],
  ['qwen3', /^(qwen-?[3-9]|qwq)/],
  ['qwen', /^qwen/],
  ['mixtral', /^(open-)?(mixtral|mistral-7b)/],
  ['magistral', /^magistral/],
  ['mistral', /^(mistral|ministral|pixtral|codestral|devstral|open-mistral)/],
] as const satisfies readonly (readonly [string, RegExp])[];

/** Vendors that Bedrock writes before a model's own name. */
const vendors =
  /^(ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|writer|zai)[.]/;

/** Where an inference profile may run: `us.anthropic.claude-…`. */
const regions = /^(us-gov|us|eu|apac|au|ca|jp|global)[.]/;

/**
 * The family of a model, however its id is spelled: bare, as Bedrock's id or ARN, with a vendor before it (OpenRouter,
 * Together, Fireworks) or a tag behind it (Ollama). `undefined` for a model that isn't known.
 */
export function familyOf(id: string): Family | undefined {
  const name = bareName(id);
  return families.find(([, pattern]) => pattern.test(name))?.[0];
}

function bareName(id: string): string {
  const last = id.toLowerCase().split('/').at(-1) ?? '';
  return last.replace(regions, '').replace(vendors, '').replace(/[._]/g, '-');
}
