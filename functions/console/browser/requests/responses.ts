import { dataUrl, given, type Message, type Wanted } from './conversation.ts';

/** A request for OpenAI Responses. A single prompt is sent as plain text. */
export function responsesBody({ model, messages, system, maxTokens, temperature, effort, tools, schema }: Wanted): object {
  const [only, ...more] = messages;
  const isPlain = more.length === 0 && only?.role === 'user' && only.pictures.length === 0;
  return {
    model,
    ...(system && { instructions: system }),
    input: isPlain ? only.text : messages.flatMap(items),
    ...given({ max_output_tokens: maxTokens, temperature }),
    ...(effort && { reasoning: effort === 'none' ? { effort } : { effort, summary: 'auto' } }),
    ...(tools && { tools: tools.map((tool) => ({ type: 'function', ...tool, strict: false })) }),
    ...(schema && { text: { format: { type: 'json_schema', name: 'answer', schema, strict: false } } }),
  };
}

function items(message: Message): object[] {
  if (message.role === 'tool') {
    return message.results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text }));
  }
  if (message.role === 'assistant') {
    const said = message.text ? [{ role: 'assistant', content: message.text }] : [];
    return [
      ...said,
      ...message.calls.map(({ id, name, json }) => ({ type: 'function_call', call_id: id, name, arguments: json || '{}' })),
    ];
  }
  const pictures = message.pictures.map((picture) => ({ type: 'input_image', image_url: dataUrl(picture) }));
  return [{ role: 'user', content: [...pictures, ...(message.text ? [{ type: 'input_text', text: message.text }] : [])] }];
}
