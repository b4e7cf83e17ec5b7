import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import type { OpenaiForm } from '../../lib/dialects/openai/form.ts';
import { openaiChat, openaiChatIn } from '../../lib/dialects/openai-chat/client.ts';
import { openaiCompletions, openaiCompletionsIn } from '../../lib/dialects/openai-completions/client.ts';
import { isResponsesBody, parseForChat } from '../../lib/dialects/openai-responses/parse.ts';
import type { ModelForm } from '../../lib/http/models-handlers.ts';

/** Chat completions to which Cursor posts Responses requests. It expects chunks in return. */
const chat: ClientDialect = {
  ...openaiChat,
  parse: (body) => (isResponsesBody(body) ? parseForChat(body) : openaiChat.parse(body)),
};

/** The form that Prediction Guard clients read: errors as text, usage in the finish chunk. */
const predictionGuardForm: OpenaiForm = { error: 'text in a chunk', usage: 'finish chunk' };

/** The dialects of one client family. */
interface Family {
  readonly chat: ClientDialect;
  readonly completions: ClientDialect;
}

const openai: Family = { chat, completions: openaiCompletions };
const predictionGuard = predictionGuardIn(predictionGuardForm);
/** Prediction Guard's Rust client reports a broken answer only if it gets OpenAI's error object. */
const predictionGuardRust = predictionGuardIn({ ...predictionGuardForm, error: 'object' });

function predictionGuardIn(form: OpenaiForm): Family {
  return { chat: openaiChatIn(form), completions: openaiCompletionsIn(form) };
}

/** How a client is identified. The first match counts. Paths without `/v1` are Prediction Guard's own. */
const families: { family: Family; is: (request: Request) => boolean }[] = [
  { family: predictionGuardRust, is: ({ headers }) => /^Prediction Guard Rust/i.test(headers.get('user-agent') ?? '') },
  { family: predictionGuard, is: ({ headers }) => /^Prediction Guard/i.test(headers.get('user-agent') ?? '') },
  { family: openai, is: ({ headers }) => headers.has('x-stainless-lang') || /openai/i.test(headers.get('user-agent') ?? '') },
  { family: openai, is: ({ url }) => /\/(v1|openai)(\/|$)/.test(new URL(url).pathname) },
];

function familyOf(request: Request): Family {
  return families.find(({ is }) => is(request))?.family ?? predictionGuard;
}

/** The chat completions form of this client. It also applies to the errors of every route. */
export function chatFor(request: Request): ClientDialect {
  return familyOf(request).chat;
}

/** The text completions form of this client. */
export function completionsFor(request: Request): ClientDialect {
  return familyOf(request).completions;
}

/** The form of model lists for this client. Prediction Guard's Rust and Go clients read `created` as a time in text. */
export function modelFormFor(request: Request): ModelForm {
  return familyOf(request) === openai ? 'openai' : 'prediction-guard';
}
