import type { ClientDialect } from '../../../lib/dialects/dialect.ts';
import { openaiChat, openaiChatIn } from '../../../lib/dialects/openai-chat/client.ts';
import { openaiCompletions, openaiCompletionsIn } from '../../../lib/dialects/openai-completions/client.ts';
import type { CheckedDialect } from '../checker/check.ts';
import { openaiClojure } from './openai-clojure.ts';
import { predictionGuardGo } from './prediction-guard-go.ts';
import { predictionGuardJs } from './prediction-guard-js.ts';
import { predictionGuardPython } from './prediction-guard-python.ts';
import { predictionGuardRust } from './prediction-guard-rust.ts';
import type { Heard, Kind, Reader } from './reader.ts';
import { sseclient } from './sseclient.ts';

/** A hand-written client, and how we answer it. */
export interface SeedClient {
  readonly name: string;
  readonly read: Reader;
  readonly kind: Kind;
  /** The path of the request. */
  readonly path: string;
  readonly dialect: ClientDialect;
  readonly checked: CheckedDialect;
  /** How it ends on the way in which we tell it of a failure after the first byte: the best that it can do. */
  readonly onFailure: Heard['ended'];
}

const form = { error: 'text in a chunk', usage: 'finish chunk' } as const;
const guardChat = { kind: 'chat', path: '/chat/completions', dialect: openaiChatIn(form), checked: 'openai-chat' } as const;
const guardText = {
  kind: 'text',
  path: '/completions',
  dialect: openaiCompletionsIn(form),
  checked: 'openai-completions',
} as const;
const chat = { kind: 'chat', path: '/v1/chat/completions', dialect: openaiChat, checked: 'openai-chat' } as const;
const text = { kind: 'text', path: '/v1/completions', dialect: openaiCompletions, checked: 'openai-completions' } as const;

/** Every client of the systems that this one takes the place of, which reads a stream in its own way. */
export const seedClients: readonly SeedClient[] = [
  // Yields the failing chunk like any other: its user can look at its `error`.
  { name: 'Prediction Guard for Python', read: predictionGuardPython, ...guardChat, onFailure: 'done' },
  { name: 'Prediction Guard for Python, text', read: predictionGuardPython, ...guardText, onFailure: 'done' },
  { name: 'Prediction Guard for Go', read: predictionGuardGo, ...guardChat, onFailure: 'told' },
  { name: 'Prediction Guard for JavaScript', read: predictionGuardJs, ...guardChat, onFailure: 'told' },
  { name: 'Prediction Guard for JavaScript, text', read: predictionGuardJs, ...guardText, onFailure: 'told' },
  // Has no member for an error: the call ends at [DONE].
  { name: 'Prediction Guard for Rust', read: predictionGuardRust, ...guardChat, onFailure: 'done' },
  { name: 'openai-clojure', read: openaiClojure, ...chat, onFailure: 'told' },
  { name: 'openai-clojure, text', read: openaiClojure, ...text, onFailure: 'told' },
  { name: 'requests and sseclient', read: sseclient, ...text, onFailure: 'raises' },
];
