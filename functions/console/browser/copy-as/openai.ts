import { chatBody } from '../requests/chat.ts';
import { responsesBody } from '../requests/responses.ts';
import { javascript, type Program, pythonArguments } from './program.ts';

export const openaiPython: Program = {
  name: 'OpenAI · Python',
  language: 'py',
  install: 'pip install openai',
  write(wanted, origin, dialect) {
    const client = `import os

from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ.get("SLUICE_KEY", "none"))
`;
    if (dialect === 'responses') {
      return `${client}
stream = client.responses.create(
${pythonArguments({ ...responsesBody(wanted), stream: true })})
for event in stream:
    if event.type in ("response.output_text.delta", "response.function_call_arguments.delta"):
        print(event.delta, end="", flush=True)
`;
    }
    const calls = wanted.tools
      ? `
        for call in delta.tool_calls or []:
            print(call.function.name or call.function.arguments, end="", flush=True)`
      : '';
    return `${client}
stream = client.chat.completions.create(
${pythonArguments({ ...chatBody(wanted), stream: true })})
for chunk in stream:
    if chunk.choices:
        delta = chunk.choices[0].delta
        print(delta.content or "", end="", flush=True)${calls}
`;
  },
};

export const openaiJavascript: Program = {
  name: 'OpenAI · JavaScript',
  language: 'js',
  install: 'npm install openai',
  write(wanted, origin, dialect) {
    const client = `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: process.env.SLUICE_KEY ?? 'none' });
`;
    if (dialect === 'responses') {
      return `${client}
const stream = await client.responses.create(${javascript({ ...responsesBody(wanted), stream: true })});
for await (const event of stream) {
  if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);
  if (event.type === 'response.function_call_arguments.delta') process.stdout.write(event.delta);
}
`;
    }
    const calls = wanted.tools
      ? `
  for (const call of delta?.tool_calls ?? []) process.stdout.write(call.function?.name ?? call.function?.arguments ?? '');`
      : '';
    return `${client}
const stream = await client.chat.completions.create(${javascript({ ...chatBody(wanted), stream: true })});
for await (const chunk of stream) {
  const delta = chunk.choices[0]?.delta;
  process.stdout.write(delta?.content ?? '');${calls}
}
`;
  },
};
