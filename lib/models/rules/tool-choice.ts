import type { Message, ModelRequest } from '../../stream/request.ts';
import { callsIn, spelled, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/**
 * A choice among no tools asks for nothing. A choice that the target has no word for is carried by the tools themselves:
 * no tool to choose from, or the one that was named, with an instruction to call it.
 */
export const toolChoice: Rule = (request, { requirements, drop }) => {
  const { tools = [], toolChoice: choice, parallelToolCalls } = request.parameters;
  if (tools.length === 0) {
    const isEmpty = choice === undefined || choice.type === 'auto' || choice.type === 'none';
    if (!isEmpty || (choice === undefined && parallelToolCalls === undefined)) return request;
    return withParameters(request, { toolChoice: undefined, parallelToolCalls: undefined });
  }
  const known = requirements.toolChoices;
  if (!known || !choice || choice.type === 'passthrough' || known.includes(choice.type)) return request;
  if (choice.type === 'auto') return withParameters(request, { toolChoice: undefined });
  if (choice.type === 'none') {
    return callsIn(request).length > 0
      ? withParameters(request, { toolChoice: undefined })
      : withParameters(request, { toolChoice: undefined, tools: undefined, parallelToolCalls: undefined });
  }
  if (choice.type === 'tool') {
    const only = tools.filter((tool) => tool.type !== 'passthrough' && tool.name === choice.name);
    if (known.includes('required')) return withParameters(request, { tools: only, toolChoice: { type: 'required' } });
  }
  drop(spelled(request, 'toolChoice'));
  return instructed(withParameters(request, { toolChoice: undefined }), choice.type === 'tool' ? choice.name : undefined);
};

function instructed(request: ModelRequest, name: string | undefined): ModelRequest {
  const text = name === undefined ? 'Call one of the tools in this turn.' : `Call the tool \`${name}\` in this turn.`;
  const message: Message = { role: 'system', content: [{ field: spelled(request, 'toolChoice'), type: 'text', text }] };
  return { ...request, messages: [message, ...request.messages] };
}
