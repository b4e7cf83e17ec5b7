import { chatWire } from './chat.ts';
import { completionsWire } from './completions.ts';
import { converseWire } from './converse.ts';
import { geminiWire } from './gemini.ts';
import { invokeWires } from './invoke.ts';
import { messagesWire } from './messages.ts';
import { responsesWire } from './responses.ts';
import type { Wire } from './wire.ts';

/** Every way in which providers write answers; a new one is a line here. */
export const wires: readonly Wire[] = [
  chatWire,
  completionsWire,
  responsesWire,
  messagesWire,
  converseWire,
  geminiWire,
  ...invokeWires,
];
