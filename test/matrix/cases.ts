import { anthropicComplete } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import { invokedFamily } from '../../lib/dialects/bedrock-invoke/families.ts';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../lib/dialects/gemini/upstream.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { openaiCompletions } from '../../lib/dialects/openai-completions/client.ts';
import { openaiCompletionsUpstream } from '../../lib/dialects/openai-completions/upstream.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../lib/dialects/openai-responses/upstream.ts';
import type { CheckedDialect } from '../support/checker/check.ts';
import { type Recording, recordings } from '../support/recordings.ts';
import type { Translation } from '../support/translate.ts';
import { exceptions, formatOf } from '../support/truth/exceptions.ts';
import type { Format } from '../support/truth/truth-of.ts';

/** A recorded answer, read for clients of one dialect. */
export interface Case extends Translation {
  /** `openai-chat/openai-python__text for anthropic-messages`. */
  readonly title: string;
  readonly format: Format;
  readonly dialect: CheckedDialect;
  readonly provider: ProviderDialect;
  readonly client: ClientDialect;
}

const providers: Partial<Record<Format, ProviderDialect>> = {
  'openai-chat': openaiChatUpstream(),
  'anthropic-messages': anthropicMessagesUpstream(),
  'bedrock-converse': bedrockConverseUpstream(),
  gemini: geminiUpstream(),
  'openai-completions': openaiCompletionsUpstream(),
  'openai-responses': openaiResponsesUpstream(),
};

/** The model that an answer of Bedrock's invoke is of, by the name of its recording; any other is a Claude in Anthropic's own form. */
const models: readonly [RegExp, string][] = [
  [/claude-(instant-)?legacy/, 'anthropic.claude-v2'],
  [/titan/, 'amazon.titan-text-express-v1'],
  [/nova/, 'amazon.nova-lite-v1:0'],
  [/llama/, 'meta.llama2-13b-chat-v1'],
  [/mistral/, 'mistral.mistral-7b-instruct-v0:2'],
  [/cohere/, 'cohere.command-light-text-v14'],
  [/claude/, 'anthropic.claude-3-sonnet-20240229-v1:0'],
];

/** Every dialect of clients. */
export const clientDialects: Record<CheckedDialect, ClientDialect> = {
  'openai-chat': openaiChat,
  'openai-completions': openaiCompletions,
  'anthropic-complete': anthropicComplete,
  'anthropic-messages': anthropicMessages,
  'openai-responses': openaiResponses,
  'bedrock-converse': bedrockConverse,
  // Its requests, and so what is native to them, are of the dialect of their bodies.
  'bedrock-invoke': { ...bedrockInvoke, name: anthropicMessages.name },
};

/** Every recording that a provider dialect can read, for every client dialect; none without recordings. */
export function cases(): Case[] {
  return recordings().flatMap((recording) => {
    const format = formatOf(recording.name);
    const provider = format && (format === 'bedrock-invoke' ? invoked(recording) : providers[format]);
    if (!provider || exceptions[recording.name]) return [];
    return (Object.keys(clientDialects) as CheckedDialect[]).map((dialect) => toCase(recording, format, provider, dialect));
  });
}

function invoked({ name }: Recording): ProviderDialect | undefined {
  return invokedFamily(models.find(([pattern]) => pattern.test(name))?.[1] ?? '')?.dialect;
}

function toCase(recording: Recording, format: Format, provider: ProviderDialect, dialect: CheckedDialect): Case {
  if (recording.wire === 'ndjson') throw new Error(`${recording.name} is in a wire that no dialect here reads.`);
  const title = `${recording.name} for ${dialect}`;
  const wire = format === 'bedrock-invoke' ? 'invoke-chunks' : recording.wire;
  return { title, format, dialect, bytes: recording.bytes(), wire, provider, client: clientDialects[dialect] };
}
