import type { Wanted } from '../requests/conversation.ts';
import { messagesBody } from '../requests/messages.ts';
import { javascript, type Program, pythonArguments } from './program.ts';

/** The newest Anthropic clients send API version 2026-10-21, which refuses sampling parameters. */
function withoutSampling({ temperature, ...wanted }: Wanted, comment: string) {
  const note = temperature === undefined ? '' : `${comment} Without temperature: anthropic-version 2026-10-21 has none.\n`;
  return { note, body: messagesBody(wanted) };
}

export const anthropicPython: Program = {
  name: 'Anthropic · Python',
  language: 'py',
  install: 'pip install anthropic',
  write(wanted, origin) {
    const { note, body } = withoutSampling(wanted, '#');
    return `import os

from anthropic import Anthropic

client = Anthropic(base_url="${origin}", api_key=os.environ.get("SLUICE_KEY", "none"))

${note}with client.messages.stream(
${pythonArguments(body)}) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
${wanted.tools ? '    print([block for block in stream.get_final_message().content if block.type == "tool_use"])\n' : ''}`;
  },
};

export const anthropicJavascript: Program = {
  name: 'Anthropic · JavaScript',
  language: 'js',
  install: 'npm install @anthropic-ai/sdk',
  write(wanted, origin) {
    const { note, body } = withoutSampling(wanted, '//');
    return `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: '${origin}', apiKey: process.env.SLUICE_KEY ?? 'none' });

${note}const stream = client.messages.stream(${javascript(body)});
stream.on('text', (text) => process.stdout.write(text));
${wanted.tools ? "stream.on('inputJson', (json) => process.stdout.write(json));\n" : ''}await stream.finalMessage();
`;
  },
};
