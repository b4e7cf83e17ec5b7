import { argumentsOf, given, type Message, type Wanted } from './conversation.ts';

/** Anthropic Messages requires a maximum. */
const usualMaxTokens = 4096;

/** A request for Anthropic Messages. */
export function messagesBody(wanted: Wanted): object {
  const { model, messages, system, maxTokens = usualMaxTokens, temperature, tools } = wanted;
  return {
    model,
    max_tokens: maxTokens,
    ...(system && { system }),
    messages: messages.map(turn),
    ...given({ temperature }),
    ...thinking(wanted),
    ...(tools && {
      tools: tools.map(({ name, description, parameters }) => ({ name, ...given({ description }), input_schema: parameters })),
    }),
  };
}

function thinking({ effort, schema }: Wanted): object {
  const format = schema && { format: { type: 'json_schema', schema } };
  if (effort === undefined) return format ? { output_config: format } : {};
  if (effort === 'none') return { thinking: { type: 'disabled' }, ...(format && { output_config: format }) };
  return { thinking: { type: 'adaptive' }, output_config: { effort, ...format } };
}

function turn(message: Message): object {
  if (message.role === 'tool') {
    return {
      role: 'user',
      content: message.results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })),
    };
  }
  if (message.role === 'assistant') return { role: 'assistant', content: assistantBlocks(message) };
  if (message.pictures.length === 0) return { role: 'user', content: message.text };
  const pictures = message.pictures.map(({ mediaType, data }) => ({
    type: 'image',
    source: { type: 'base64', media_type: mediaType, data },
  }));
  return { role: 'user', content: [...pictures, ...(message.text ? [{ type: 'text', text: message.text }] : [])] };
}

/** Leaves out thinking without a signature, because the provider refuses it. */
function assistantBlocks({ text, thoughts, calls }: Extract<Message, { role: 'assistant' }>): object[] {
  return [
    ...thoughts.flatMap(({ text, signature }) => (signature ? [{ type: 'thinking', thinking: text, signature }] : [])),
    ...(text ? [{ type: 'text', text }] : []),
    ...calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: argumentsOf(call) })),
  ];
}
