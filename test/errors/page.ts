import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { type ErrorKind, errorKinds, type FaultSource, SluiceError } from '../../lib/stream/errors.ts';
import { isObject, type Json } from '../../lib/stream/json.ts';
import { table } from '../support/document.ts';
import { causes } from './causes.ts';
import { filesOf } from './sources.ts';

const faultSources: Readonly<Record<FaultSource, string>> = {
  client: 'the request',
  rejected: 'access and limits',
  upstream: 'the provider',
  deadline: 'a deadline',
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

/** The page of errors, as Markdown. Everything except the sentences comes from the dialects themselves. */
export function errorPage(): string {
  const kinds = Object.keys(errorKinds) as ErrorKind[];
  const rows = kinds.map((kind) => {
    const { status, faultSource } = errorKinds[kind];
    const said = Object.values(names).map((dialect) => saidBy(dialect, kind));
    return [
      `\`${kind}\``,
      String(status),
      faultSources[faultSource],
      causes[kind].cause,
      causes[kind].remedy,
      retryOf(kind),
      ...said,
      sourceOf(kind),
    ];
  });
  return `# Errors

Each error has a code, and each code has one cause. OpenAI errors carry the code as \`code\`, and the log entry of the request has it as \`outcome\`. Find the log entry by the \`x-request-id\` of the response. Anthropic and AWS errors have no field for the code, so their columns show the error type of that dialect, with its HTTP status where it differs.

Before the first byte, an error is an HTTP status and a body in the client's dialect. After the first byte the status has already been sent, so the error is an event in the stream. [client-surfaces.md](client-surfaces.md) shows how each client reports it.

**Retry?** is what the official clients do. \`no\`: the status or \`x-should-retry: false\` prevents a retry, because the gateway has already made its own attempts. \`wait\`: the client retries after the time in \`retry-after\`. A person can of course try again later.

**source** names the files that throw the error.

${table(['code', 'status', 'fault of', 'cause', 'what to do', 'retry?', ...Object.keys(names), 'source'], rows)}

If the provider sent an error message, Sluice passes it on with secrets redacted. The tests in \`test/errors\` generate this page. They fail if a code is missing or the page is out of date.
`;
}

/** Up to three files where the error comes from. Every dialect reads provider failures, so there may be more. */
function sourceOf(kind: ErrorKind): string {
  const [first, second, third, ...more] = filesOf(kind).map((file) => `\`${file}\``);
  const shown = [first, second, third].filter((file) => file !== undefined).join('<br>');
  return more.length > 0 ? `${shown}<br>and ${more.length} more` : shown;
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
