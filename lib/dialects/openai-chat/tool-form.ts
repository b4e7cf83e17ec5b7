import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';

export interface CollectedCall {
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

/** How tool calls are written: as `tool_calls`, or as the single `function_call` of 2023. */
export interface ToolForm {
  /** The delta members that open a call. */
  open(index: number, id: string, name: string): string;
  /** The delta members with more of its arguments. */
  piece(index: number, json: string): string;
  wireFinishReason(finishReason: string): string;
  /** The member of a whole message. */
  message(calls: readonly CollectedCall[]): JsonObject;
}

const toolCalls: ToolForm = {
  open: (index, id, name) =>
    `"tool_calls":[{"index":${index},"id":${JSON.stringify(id)},"type":"function","function":{"name":${JSON.stringify(name)},"arguments":""}}]`,
  piece: (index, json) => `"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(json)}}}]`,
  wireFinishReason: (finishReason) => finishReason,
  message: (calls) => ({
    tool_calls: calls.map(({ id, name, json }) => ({ id, type: 'function', function: { name, arguments: json } })),
  }),
};

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
