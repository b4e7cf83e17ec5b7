import { chatStream } from './chat.ts';
import { converseStream } from './converse.ts';
import { geminiStream } from './gemini.ts';
import { messagesStream } from './messages.ts';
import type { ProviderStream } from './provider-stream.ts';
import { responsesStream } from './responses.ts';

/** Every way in which providers speak; a new one is a line here. */
export const spokenKinds: readonly ProviderStream[] = [chatStream, messagesStream, converseStream, responsesStream, geminiStream];
