import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { type ErrorKind, errorKinds, type FaultSource, SluiceError } from '../../lib/stream/errors.ts';
import { isObject, type Json } from '../../lib/stream/json.ts';
import { table } from '../support/document.ts';
import { causes } from './causes.ts';

const blames: Readonly<Record<FaultSource, string>> = {
  client: 'the request',
  rejected: 'what the caller may',
  upstream: 'the provider',
  deadline: 'the time',
  gateway: 'the gateway',
};

/** What each dialect calls an error: the word that its clients decide by. */
const names: Readonly<Record<string, { dialect: ClientDialect; name: (body: Json, headers: Record<string, string>) => Json }>> = {
  OpenAI: { dialect: openaiChat, name: (body) => member(member(body, 'error'), 'type') },
  Anthropic: { dialect: anthropicMessages, name: (body) => member(member(body, 'error'), 'type') },
  Bedrock: { dialect: bedrockConverse, name: (_, headers) => headers['x-amzn-errortype'] ?? null },
};

function member(value: Json, name: string): Json {
  return isObject(value) ? (value[name] ?? null) : null;
}

/** The page of errors, as Markdown. All but the sentences is asked of the dialects themselves. */
export function errorPage(): string {
  const kinds = Object.keys(errorKinds) as ErrorKind[];
  const rows = kinds.map((kind) => {
    const { status, faultSource } = errorKinds[kind];
    const said = Object.values(names).map((dialect) => saidBy(dialect, kind));
    return [`\`${kind}\``, String(status), blames[faultSource], causes[kind].cause, causes[kind].remedy, retryOf(kind), ...said];
  });
  return `# Errors

Each error has a code, one word for one cause. It is \`code\` in an error of OpenAI's form, the \`outcome\` of the request's line in the log, and what the answer's \`x-request-id\` leads to there. Anthropic's and AWS's forms have no place for it, so their own word for it stands in its column, with its HTTP status where that is another one.

Before the first byte an error is an HTTP status with the body of the caller's dialect. After it the status has gone out, so it is an event, in the middle of the stream and before its end: [client-surfaces.md](client-surfaces.md) shows how each client tells of it.

**Try again?** is what the official clients are told: \`no\` by the status or by \`x-should-retry: false\`, since the gateway's own attempts are over by then; \`wait\` by \`retry-after\`, as long as it says. A person may of course ask again later.

${table(['code', 'status', 'lies with', 'cause', 'what to do', 'try again?', ...Object.keys(names)], rows)}

A provider's own words are passed on where there are any, without secrets. The tests in \`test/errors\` wrote this page, and fail when an error is missing from it or is no longer so.
`;
}

function saidBy({ dialect, name }: (typeof names)[string], kind: ErrorKind): string {
  const { status, body, headers = {} } = dialect.error(new SluiceError(kind, 'Any.'), 'req_any');
  const own = status === errorKinds[kind].status ? '' : ` ${status}`;
  return `\`${name(body, headers)}\`${own}`;
}

/** Statuses that the official clients ask again after, unless a header tells them not to. */
const askedAgain = [408, 409, 429];

function retryOf(kind: ErrorKind): string {
  const { status, headers = {} } = openaiChat.error(new SluiceError(kind, 'Any.'), 'req_any');
  const wouldRetry = status >= 500 || askedAgain.includes(status);
  if (headers['x-should-retry'] === 'false' || !wouldRetry) return 'no';
  return headers['retry-after'] === undefined ? 'yes' : 'wait';
}
