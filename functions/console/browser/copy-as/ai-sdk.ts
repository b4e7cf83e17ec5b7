import { argumentsOf, dataUrl, type Message, type Tool, type Wanted } from '../requests/conversation.ts';
import { javascript, type Program } from './program.ts';

export const aiSdk: Program = {
  name: 'AI SDK',
  language: 'js',
  install: 'npm install ai @ai-sdk/openai-compatible',
  write(wanted, origin) {
    const { model, system, messages, temperature, maxTokens, effort, tools, schema } = wanted;
    const fields = [
      `model: sluice(${JSON.stringify(model)})`,
      system && `system: ${JSON.stringify(system)}`,
      `messages: ${javascript(messages.map(modelMessage), 2)}`,
      maxTokens !== undefined && `maxOutputTokens: ${maxTokens}`,
      temperature !== undefined && `temperature: ${temperature}`,
      effort && `providerOptions: { sluice: { reasoningEffort: ${JSON.stringify(effort)} } }`,
      tools && `tools: {\n${tools.map(toolText).join('')}  }`,
      schema && `output: Output.object({ schema: jsonSchema(${javascript(schema, 2)}) })`,
    ].filter((field) => typeof field === 'string');
    return `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ${imported(wanted).join(', ')} } from 'ai';

const sluice = createOpenAICompatible({
  name: 'sluice',
  baseURL: '${origin}/v1',
  apiKey: process.env.SLUICE_KEY ?? 'none',${schema ? '\n  supportsStructuredOutputs: true,' : ''}
});

const result = streamText({
  ${fields.join(',\n  ')},
});
for await (const part of result.fullStream) {
  if (part.type === 'text-delta') process.stdout.write(part.text);${tools ? "\n  if (part.type === 'tool-call') process.stdout.write(part.toolName + JSON.stringify(part.input));" : ''}
  if (part.type === 'error') throw part.error;
}
`;
  },
};

function imported({ tools, schema }: Wanted): string[] {
  return [...(tools || schema ? ['jsonSchema'] : []), ...(schema ? ['Output'] : []), 'streamText', ...(tools ? ['tool'] : [])];
}

function toolText({ name, description, parameters }: Tool): string {
  const described = description === undefined ? '' : `description: ${JSON.stringify(description)}, `;
  return `    ${JSON.stringify(name)}: tool({ ${described}inputSchema: jsonSchema(${javascript(parameters, 4)}) }),\n`;
}

function modelMessage(message: Message): object {
  if (message.role === 'tool') {
    return {
      role: 'tool',
      content: message.results.map(({ id, name, text }) => ({
        type: 'tool-result',
        toolCallId: id,
        toolName: name,
        output: { type: 'text', value: text },
      })),
    };
  }
  if (message.role === 'assistant') {
    const calls = message.calls.map((call) => ({
      type: 'tool-call',
      toolCallId: call.id,
      toolName: call.name,
      input: argumentsOf(call),
    }));
    return { role: 'assistant', content: [...(message.text ? [{ type: 'text', text: message.text }] : []), ...calls] };
  }
  if (message.pictures.length === 0) return { role: 'user', content: message.text };
  const pictures = message.pictures.map((picture) => ({ type: 'file', mediaType: picture.mediaType, data: dataUrl(picture) }));
  return { role: 'user', content: [...pictures, ...(message.text ? [{ type: 'text', text: message.text }] : [])] };
}
