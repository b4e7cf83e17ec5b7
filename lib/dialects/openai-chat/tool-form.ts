import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';

export interface CollectedCall {
  readonly id: string;
  readonly name: string;
  readonly json: string;
  /** Its arguments are free text. */
  readonly custom?: boolean;
}

/** How tool calls are written: as `tool_calls`, or as the single `function_call` of 2023. */
export interface ToolForm {
  /** The delta members that open a call. */
  open(index: number, id: string, name: string, custom?: boolean): string;
  /** The delta members with more of its arguments. */
  piece(index: number, json: string, custom?: boolean): string;
  wireFinishReason(finishReason: string): string;
  /** The member of a whole message. */
  message(calls: readonly CollectedCall[]): JsonObject;
}

const toolCalls: ToolForm = {
  open: (index, id, name, custom) => {
    const [type, argument] = wordsOf(custom);
    const called = `"${type}":{"name":${JSON.stringify(name)},"${argument}":""}`;
    return `"tool_calls":[{"index":${index},"id":${JSON.stringify(id)},"type":"${type}",${called}}]`;
  },
  piece: (index, json, custom) => {
    const [type, argument] = wordsOf(custom);
    return `"tool_calls":[{"index":${index},"${type}":{"${argument}":${JSON.stringify(json)}}}]`;
  },
  wireFinishReason: (finishReason) => finishReason,
  message: (calls) => ({
    tool_calls: calls.map(({ id, name, json, custom }) => {
      const [type, argument] = wordsOf(custom);
      return { id, type, [type]: { name, [argument]: json } };
    }),
  }),
};

/** The type of a call, and its member that holds what it is called with. */
function wordsOf(custom = false): readonly [type: string, argument: string] {
  return custom ? ['custom', 'input'] : ['function', 'arguments'];
}

const functionCall: ToolForm = {
  open: (_index, _id, name) => `"function_call":{"name":${JSON.stringify(name)},"arguments":""}`,
  piece: (_index, json) => `"function_call":{"arguments":${JSON.stringify(json)}}`,
  wireFinishReason: (finishReason) => (finishReason === 'tool_calls' ? 'function_call' : finishReason),
  message: ([call]) => (call ? { function_call: { name: call.name, arguments: call.json } } : {}),
};

/** A client that sent `functions` doesn't know `tool_calls`. */
export function toolFormOf(request: ModelRequest): ToolForm {
  return request.parameters.legacyFunctions === undefined ? toolCalls : functionCall;
}
