import { argumentsOf, given, type Message, type Wanted } from './conversation.ts';

/** A request for Bedrock Converse. The model is in `modelId`, like in the AWS SDKs. */
export function converseBody(wanted: Wanted): object {
  const { model, messages, system, maxTokens, temperature, effort, tools, schema } = wanted;
  const inference = given({ maxTokens, temperature });
  const output = { ...(effort && effort !== 'none' && { effort }), ...(schema && { textFormat: textFormat(schema) }) };
  return {
    modelId: model,
    ...(system && { system: [{ text: system }] }),
    messages: messages.map(turn),
    ...(Object.keys(inference).length > 0 && { inferenceConfig: inference }),
    ...(Object.keys(output).length > 0 && { outputConfig: output }),
    ...(effort === 'none' && { additionalModelRequestFields: { thinking: { type: 'disabled' } } }),
    ...(tools && {
      toolConfig: {
        tools: tools.map(({ name, description, parameters }) => ({
          toolSpec: { name, ...given({ description }), inputSchema: { json: parameters } },
        })),
      },
    }),
  };
}

/** Converse takes the schema as text. */
function textFormat(schema: object): object {
  return { type: 'json_schema', structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } } };
}

function turn(message: Message): object {
  if (message.role === 'tool') {
    return {
      role: 'user',
      content: message.results.map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } })),
    };
  }
  if (message.role === 'assistant') return { role: 'assistant', content: assistantBlocks(message) };
  const pictures = message.pictures.map(({ mediaType, data }) => ({
    image: { format: mediaType.replace('image/', ''), source: { bytes: data } },
  }));
  return { role: 'user', content: [...pictures, ...(message.text ? [{ text: message.text }] : [])] };
}

function assistantBlocks({ text, thoughts, calls }: Extract<Message, { role: 'assistant' }>): object[] {
  return [
    ...thoughts.flatMap(({ text, signature }) =>
      signature ? [{ reasoningContent: { reasoningText: { text, signature } } }] : [],
    ),
    ...(text ? [{ text }] : []),
    ...calls.map((call) => ({ toolUse: { toolUseId: call.id, name: call.name, input: argumentsOf(call) } })),
  ];
}
