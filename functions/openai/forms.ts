import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat, openaiChatIn } from '../../lib/dialects/openai-chat/client.ts';
import { isResponsesBody, parseForChat } from '../../lib/dialects/openai-responses/parse.ts';

/** Chat completions to which Cursor posts requests of the Responses API, wanting chunks for its answer. */
const chat: ClientDialect = {
  ...openaiChat,
  parse: (body) => (isResponsesBody(body) ? parseForChat(body) : openaiChat.parse(body)),
};

/** Chat completions in the form that Prediction Guard's clients read: errors as text, usage in the finish chunk. */
const predictionGuardChat = openaiChatIn({ error: 'text in a chunk', usage: 'finish chunk' });

/** How a client can be told apart, first match wins. Paths without `/v1` are Prediction Guard's own. */
const families: { chat: ClientDialect; is: (request: Request) => boolean }[] = [
  { chat: predictionGuardChat, is: ({ headers }) => /^Prediction Guard/i.test(headers.get('user-agent') ?? '') },
  { chat, is: ({ headers }) => headers.has('x-stainless-lang') || /openai/i.test(headers.get('user-agent') ?? '') },
  { chat, is: ({ url }) => /\/(v1|openai)(\/|$)/.test(new URL(url).pathname) },
];

/** The form of chat completions in which this caller is to be answered, errors of every route included. */
export function chatFor(request: Request): ClientDialect {
  return families.find(({ is }) => is(request))?.chat ?? predictionGuardChat;
}
