import { chatSpoken } from './chat.ts';
import { converseSpoken } from './converse.ts';
import { geminiSpoken } from './gemini.ts';
import { messagesSpoken } from './messages.ts';
import { responsesSpoken } from './responses.ts';
import type { Spoken } from './spoken.ts';

/** Every way in which providers speak; a new one is a line here. */
export const spokenKinds: readonly Spoken[] = [chatSpoken, messagesSpoken, converseSpoken, responsesSpoken, geminiSpoken];
