import { chatBody } from '../requests/chat.ts';
import type { Wanted } from '../requests/conversation.ts';
import { javascript, type Program, python, pythonArguments } from './program.ts';

/** The messages and the call options. LangChain accepts both in OpenAI's form. */
function parts(wanted: Wanted) {
  const { messages, tools, response_format } = chatBody(wanted) as Record<string, unknown>;
  return { messages, onCall: { ...(tools ? { tools } : {}), ...(response_format ? { response_format } : {}) } };
}

export const langchainPython: Program = {
  name: 'LangChain · Python',
  language: 'py',
  install: 'pip install langchain-openai',
  write(wanted, origin) {
    const { messages, onCall } = parts(wanted);
    const { model, temperature, maxTokens, effort } = wanted;
    const settings = {
      model,
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(effort && { reasoning_effort: effort }),
    };
    return `import os

from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    base_url="${origin}/v1",
    api_key=os.environ.get("SLUICE_KEY", "none"),
${pythonArguments(settings)})

for chunk in model.stream(
    ${python(messages, 4)},
${pythonArguments(onCall)}):
    print(chunk.text${wanted.tools ? ' or chunk.tool_call_chunks or ""' : ''}, end="", flush=True)
`;
  },
};

export const langchainJavascript: Program = {
  name: 'LangChain · JavaScript',
  language: 'js',
  install: 'npm install @langchain/openai @langchain/core',
  write(wanted, origin) {
    const { messages, onCall } = parts(wanted);
    const { model, temperature, maxTokens, effort } = wanted;
    const settings = {
      model,
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(effort && { reasoning: { effort } }),
    };
    const call = Object.keys(onCall).length > 0 ? `, ${javascript(onCall)}` : '';
    return `import { ChatOpenAI } from '@langchain/openai';

const model = new ChatOpenAI({
  configuration: { baseURL: '${origin}/v1' },
  apiKey: process.env.SLUICE_KEY ?? 'none',
  ${javascript(settings).slice(1, -1).trim()}
});

const stream = await model.stream(${javascript(messages)}${call});
for await (const chunk of stream) {
  process.stdout.write(chunk.text);${wanted.tools ? "\n  for (const call of chunk.tool_call_chunks ?? []) process.stdout.write(call.name ?? call.args ?? '');" : ''}
}
`;
  },
};
