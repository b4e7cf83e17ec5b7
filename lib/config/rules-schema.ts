import * as v from 'valibot';
import { choice, members } from './object-schema.ts';

const aLimit = 'an integer of 1 or more';
const limit = v.pipe(v.number(aLimit), v.integer(aLimit), v.minValue(1, aLimit));
const flag = v.boolean('true or false');

/** What an operator knows of what a server or a model accepts. The members are those of `Requirements`. */
export const rules = members({
  thinking: v.optional(choice(['none', 'budget', 'adaptive', 'effort'])),
  sampling: v.optional(choice(['one', 'without-thinking', 'none'])),
  reasoningHistory: v.optional(choice(['required', 'accepted', 'refused'])),
  refuses: v.optional(v.array(v.string('the name of a body member'), 'a list of body members')),
  tools: v.optional(choice(['none', 'not-streamed'])),
  customTools: v.optional(flag),
  toolChoices: v.optional(v.array(choice(['auto', 'none', 'required', 'tool']), 'a list of tool choices')),
  maxToolName: v.optional(limit),
  maxCallId: v.optional(limit),
  maxUser: v.optional(limit),
  maxOutputTokens: v.optional(limit),
  system: v.optional(choice(['first', 'in-user-turn'])),
  lastTurn: v.optional(choice(['user'])),
  alternating: v.optional(flag),
  cacheMarks: v.optional(choice(['everywhere', 'not-on-tools', 'nowhere'])),
});
