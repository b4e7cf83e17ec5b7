import type { JsonObject } from '../stream/json.ts';
import type { Reasoning } from '../stream/request.ts';

export type Effort = NonNullable<Reasoning['effort']>;

/**
 * What a target accepts. A member that is absent makes no demand. Everything here is data: the rules in `rules/` read
 * it, and an operator's `rules` may override it.
 */
export interface Requirements {
  /** How the model is made to think. Absent: any way that the dialect can spell. */
  readonly thinking?: Thinking;
  /** Efforts that the model knows. Absent: any. */
  readonly efforts?: readonly Effort[];
  /** The least and the most tokens of a thinking budget. */
  readonly budget?: readonly [least: number, most: number];
  /** Budgets for efforts. The default is Claude's. */
  readonly effortBudgets?: Readonly<Record<Effort, number>>;
  /** Thinking is a part of the answer's tokens, and a turn with calls has to start with it. */
  readonly thinkingInAnswer?: boolean;
  /** `top_k`: not at all, or by members of its own. */
  readonly topK?: 'refused' | ((topK: number) => JsonObject);
  /** What becomes of a request not to think. Absent: the dialect's own value for it. */
  readonly thinkingOff?: 'refused' | 'unneeded';
  /** The model thinks unless a request turns it off, so `sampling: 'without-thinking'` applies by default. */
  readonly thinksByDefault?: boolean;
  /** Chat completions take no tools while the model thinks. Responses do. */
  readonly thinkingWithTools?: 'in-responses';

  /** `temperature`, `top_p` and `top_k`: one of the first two, none while it thinks, or none at all. */
  readonly sampling?: 'one' | 'without-thinking' | 'none';
  readonly maxTemperature?: number;
  /**
   * Body members that are rejected, by OpenAI's names: `seed`, `prompt_cache_key`. Hints are dropped and listed. A member
   * that changes the answer makes the request fail.
   */
  readonly refuses?: readonly string[];

  readonly maxOutputTokens?: number;
  readonly minOutputTokens?: number;
  readonly maxStops?: number;
  /** A stop sequence has to have a visible character. */
  readonly visibleStops?: boolean;
  /** Characters of a user's id, beyond which it is shortened to a digest. */
  readonly maxUser?: number;
  /** A user's id may be neither an address nor a telephone number. */
  readonly opaqueUser?: boolean;

  /** The most characters of a tool's name. */
  readonly maxToolName?: number;
  /** Characters that a tool's name may have. */
  readonly toolName?: 'word' | 'letter-first';
  /** The most characters of a call's id. */
  readonly maxCallId?: number;
  /** The allowed form of a call's id: letters, digits, `_` and `-`, or exactly nine letters and digits. */
  readonly callId?: 'word' | 'nine';
  /** Arguments of earlier calls. Absent: they have to be a JSON object. */
  readonly callArguments?: 'any';
  readonly toolSchema?: ToolSchema;
  /** `strict` of a tool or of an output schema. */
  readonly strictTools?: 'if-strict-subset' | 'never';
  /** The choices of a tool that it takes. Absent: all. */
  readonly toolChoices?: readonly ('auto' | 'none' | 'required' | 'tool')[];
  /** Tools: not at all; or only in an answer that isn't streamed. */
  readonly tools?: 'none' | 'not-streamed';
  /** Custom tools (free text) are taken as they are. */
  readonly customTools?: boolean;

  /** What the schema of an answer may be. */
  readonly outputSchema?: 'closed' | 'if-strict-subset';
  /** Modes of JSON that it has. One that is missing is carried by an instruction. Absent: both. */
  readonly jsonModes?: readonly ('json-object' | 'json-schema')[];

  /** Instructions of a chat client have the role that they came with, `developer` too. */
  readonly developerRole?: boolean;
  /** Where instructions belong. */
  readonly system?: 'first' | 'in-user-turn';
  /** The conversation starts with the user. */
  readonly firstTurn?: 'user';
  /** The conversation ends with the user: the model doesn't continue its own turn. */
  readonly lastTurn?: 'user';
  /** Neighbours of one role are one turn. */
  readonly alternating?: boolean;
  /** A turn that holds results, or calls, holds nothing else. */
  readonly mixedTurns?: false;
  /** A turn that has to come between a tool's result and the user's next turn. */
  readonly afterResults?: 'assistant';
  /** Images and documents of a tool's result are in the result itself, or in the user turn after it. */
  readonly resultMedia?: 'after';
  /** Text without a visible character. */
  readonly blankText?: 'dropped';
  /** White space at the end of a turn that the model is to continue. */
  readonly trailingSpace?: 'dropped';
  /** Calls in the history need the tool to be declared. */
  readonly toolsOfHistory?: 'declared';

  /** Members of an assistant's chat message in which reasoning of earlier turns goes back. */
  readonly reasoningFields?: readonly ('reasoning_content' | 'reasoning' | 'reasoning_details')[];
  /** Reasoning of earlier turns. `required` is for turns with calls of tools. */
  readonly reasoningHistory?: 'required' | 'accepted' | 'refused';
  /** Only signed reasoning goes back. */
  readonly signedReasoning?: boolean;
  /** Reasoning that only its model can read. */
  readonly redactedReasoning?: 'refused';
  /** The first call of a turn needs the signature of its thoughts. */
  readonly signedCalls?: boolean;

  readonly cacheMarks?: 'everywhere' | 'not-on-tools' | 'nowhere';
  readonly maxCacheMarks?: number;

  readonly imageTypes?: readonly string[];
  /** Documents of text (plain, CSV, HTML, Markdown) that come as files are sent as a text source, or as text of the turn. */
  readonly textDocuments?: 'text-source' | 'text';
  /** JSON as the answer's format together with tools. Otherwise an instruction carries the format. */
  readonly jsonWithTools?: false;
  /** Files given by URL. */
  readonly urls?: 'none';
  /** A turn with documents has text too. */
  readonly documentText?: 'needed';

  /** Betas of Anthropic's that the provider knows. Absent: all. */
  readonly betas?: readonly string[];
  /** Fields of a Messages body that need a beta, and which: `tools[].eager_input_streaming`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields of a Messages body that are refused. `**.` is any place. */
  readonly refusesFields?: readonly string[];
  /** Claude Code's billing header, which changes with every request. */
  readonly billingHeader?: 'dropped';
}

/**
 * - `budget`: a number of tokens. `adaptive`: the model decides, guided by an effort. `either`: both.
 * - `effort`: a word. `level`: Gemini's word.
 * - `none`: the model doesn't think.
 * - A function writes members of the body itself, for servers with a switch of their own.
 */
export type Thinking = 'budget' | 'adaptive' | 'either' | 'effort' | 'level' | 'none' | ((reasoning: Reasoning) => JsonObject);

export interface ToolSchema {
  /** `properties` has to be there. */
  readonly properties?: 'required';
  /** `anyOf`, `oneOf` and `allOf` at the top are merged into one object. */
  readonly alternatives?: 'merged';
  /** The only keywords at the top. */
  readonly keywords?: readonly string[];
  /** Names of properties. */
  readonly propertyNames?: RegExp;
  /** An array must define its items. */
  readonly items?: 'required';
}

/** What each of these demands, later ones first. */
export function mergeRequirements(...all: readonly (Requirements | undefined)[]): Requirements {
  const merged: Requirements = Object.assign({}, ...all);
  const refuses = [...new Set(all.flatMap((each) => each?.refuses ?? []))];
  const schema = all.some((each) => each?.toolSchema) && {
    toolSchema: Object.assign({}, ...all.map((each) => each?.toolSchema)),
  };
  return { ...merged, ...(refuses.length > 0 && { refuses }), ...schema };
}
