import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import type { OpenaiForm } from '../../lib/dialects/openai/form.ts';
import { openaiChat, openaiChatIn } from '../../lib/dialects/openai-chat/client.ts';
import { openaiCompletions, openaiCompletionsIn } from '../../lib/dialects/openai-completions/client.ts';
import { isResponsesBody, parseForChat } from '../../lib/dialects/openai-responses/parse.ts';

/** Chat completions to which Cursor posts requests of the Responses API, wanting chunks for its answer. */
const chat: ClientDialect = {
  ...openaiChat,
  parse: (body) => (isResponsesBody(body) ? parseForChat(body) : openaiChat.parse(body)),
};

/** The form that Prediction Guard's clients read: errors as text, usage in the finish chunk. */
const predictionGuardForm: OpenaiForm = { error: 'text in a chunk', usage: 'finish chunk' };

/** The dialects of one family of clients. */
interface Family {
  readonly chat: ClientDialect;
  readonly completions: ClientDialect;
}

const openai: Family = { chat, completions: openaiCompletions };
const predictionGuard: Family = {
  chat: openaiChatIn(predictionGuardForm),
  completions: openaiCompletionsIn(predictionGuardForm),
};

/** How a client can be told apart, first match wins. Paths without `/v1` are Prediction Guard's own. */
const families: { family: Family; is: (request: Request) => boolean }[] = [
  { family: predictionGuard, is: ({ headers }) => /^Prediction Guard/i.test(headers.get('user-agent') ?? '') },
  { family: openai, is: ({ headers }) => headers.has('x-stainless-lang') || /openai/i.test(headers.get('user-agent') ?? '') },
  { family: openai, is: ({ url }) => /\/(v1|openai)(\/|$)/.test(new URL(url).pathname) },
];

function familyOf(request: Request): Family {
  return families.find(({ is }) => is(request))?.family ?? predictionGuard;
}

/** The form of chat completions in which this caller is to be answered, errors of every route included. */
export function chatFor(request: Request): ClientDialect {
  return familyOf(request).chat;
}

/** The form of text completions in which this caller is to be answered. */
export function completionsFor(request: Request): ClientDialect {
  return familyOf(request).completions;
}
