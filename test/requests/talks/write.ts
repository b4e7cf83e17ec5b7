import type { JsonObject } from '../../../lib/stream/json.ts';
import type { ClientName } from '../clients.ts';
import type { Talk } from './talk.ts';
import { writeChat } from './write-chat.ts';
import { writeConverse } from './write-converse.ts';
import { writeInvoke, writeMessages } from './write-messages.ts';
import { writeResponses } from './write-responses.ts';

/** The clients that can hold a whole conversation; the two for text completion have a prompt alone. */
export const talkers = {
  chat: writeChat,
  responses: writeResponses,
  messages: writeMessages,
  converse: writeConverse,
  invoke: writeInvoke,
} satisfies Partial<Record<ClientName, (talk: Talk) => JsonObject | undefined>>;

export type TalkerName = keyof typeof talkers;

export const talkerNames: readonly TalkerName[] = ['chat', 'responses', 'messages', 'converse', 'invoke'];
