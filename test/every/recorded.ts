import { type Case, cases } from '../matrix/cases.ts';

/** Two dozen and a few: one for each thing that a provider's answer can hold, small enough to be cut at every byte. */
const names = [
  'openai-chat/openai-python__length',
  'openai-chat/openai-python__logprobs',
  'openai-chat/otel-contrib__text-usage',
  'openai-chat/pydantic-ai__parallel-tools-strict',
  'openai-chat/openai-python__refusal',
  'openai-compatible/pydantic-ai__snowflake',
  'mistral/dd-trace-py__tool',
  'deepseek/dd-trace-py__cumulative-usage',
  '_synthetic/empower-tools',
  '_synthetic/openai-midstream-error',
  'anthropic-messages/openllmetry__no-ping',
  'anthropic-messages/dd-trace-py__thinking',
  'anthropic-messages/anthropic-sdk-python__tool-use',
  'anthropic-messages/anthropic-sdk-python__refusal-midstream',
  'anthropic-messages/vercel-ai__tool-no-args',
  'bedrock-converse/otel-contrib__titan',
  'bedrock-converse/otel-contrib__claude-v2',
  'bedrock-converse/pydantic-ai__gpt-oss',
  'bedrock-converse/openllmetry__guardrail',
  'bedrock-converse/vercel-ai__tool-no-args',
  '_synthetic/bedrock-converse-throttling-midstream',
  'bedrock-invoke/otel-contrib__claude-v2-messages',
  'gemini/pydantic-ai__text',
  'gemini/pydantic-ai__tool-thoughtsignature',
  'openai-responses/pydantic-ai__function-call-gpt4o',
  'openai-responses/vercel-ai__error',
] as const;

/** A recording in its cases, one for each dialect of clients. */
export interface Recorded {
  readonly name: string;
  readonly forClients: readonly Case[];
}

/** The recordings above in every dialect of clients, as far as there is a decoder for them; none without recordings. */
export function recorded(): Recorded[] {
  const all = Map.groupBy(cases(), ({ title }) => title.slice(0, title.indexOf(' ')));
  const formats = new Set([...all.keys()].map(folderOf));
  return names
    .filter((name) => formats.has(folderOf(name)))
    .map((name) => {
      const forClients = all.get(name);
      if (!forClients) throw new Error(`there is no recording ${name}`);
      return { name, forClients };
    });
}

function folderOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}
