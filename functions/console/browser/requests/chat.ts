import { dataUrl, given, type Message, type Tool, type Wanted } from './conversation.ts';

/** A request for OpenAI chat completions. */
export function chatBody({ model, messages, system, maxTokens, temperature, effort, tools, schema }: Wanted): object {
  return {
    model,
    messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages.flatMap(chatMessages)],
    ...given({ max_completion_tokens: maxTokens, temperature, reasoning_effort: effort }),
    ...(tools && { tools: tools.map(chatTool) }),
    ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
  };
}

function chatMessages(message: Message): object[] {
  if (message.role === 'tool') return message.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  if (message.role === 'assistant') return [assistant(message)];
  if (message.pictures.length === 0) return [{ role: 'user', content: message.text }];
  const pictures = message.pictures.map((picture) => ({ type: 'image_url', image_url: { url: dataUrl(picture) } }));
  return [{ role: 'user', content: [...pictures, ...(message.text ? [{ type: 'text', text: message.text }] : [])] }];
}

function assistant({ text, calls }: Extract<Message, { role: 'assistant' }>): object {
  if (calls.length === 0) return { role: 'assistant', content: text };
  const called = calls.map(({ id, name, json }) => ({ id, type: 'function', function: { name, arguments: json || '{}' } }));
  return { role: 'assistant', ...(text && { content: text }), tool_calls: called };
}

function chatTool({ name, description, parameters }: Tool): object {
  return { type: 'function', function: { name, ...given({ description }), parameters } };
}
