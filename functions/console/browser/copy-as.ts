import { requests, type Wanted } from './requests.ts';

/** What a person asks on the page, as a program that asks the same. `origin` is the page's own. */
export type CopyAs = (wanted: Wanted, origin: string) => string;

/** JSON that may stand between single quotes in a shell. */
const shellQuoted = (value: object) => JSON.stringify(value).replaceAll("'", "'\\''");
const indented = (value: object, spaces: number) => JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);

/** By the name that the page shows. None holds the key: each takes it from the environment. */
export const copyAs: Readonly<Record<string, CopyAs>> = {
  curl: (wanted, origin) =>
    `curl -N ${origin}/v1/chat/completions -H "authorization: Bearer $SLUICE_KEY" -H 'content-type: application/json' \\
  -d '${shellQuoted({ ...requests.chat.body(wanted), stream: true })}'
`,

  'OpenAI SDK': (wanted, origin) => `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: process.env.SLUICE_KEY ?? 'none' });

const stream = await client.chat.completions.create(${indented({ ...requests.chat.body(wanted), stream: true }, 0)});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
`,

  'Anthropic SDK': (wanted, origin) => `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({ baseURL: '${origin}', apiKey: process.env.SLUICE_KEY ?? 'none' });

const stream = client.messages.stream(${indented(requests.messages.body(wanted), 0)});
stream.on('text', (text) => process.stdout.write(text));
await stream.finalMessage();
`,

  'AI SDK': ({ model, prompt, system, maxTokens }, origin) => `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';

const sluice = createOpenAICompatible({
  name: 'sluice',
  baseURL: '${origin}/v1',
  apiKey: process.env.SLUICE_KEY ?? 'none',
});

const result = streamText({
  model: sluice(${JSON.stringify(model)}),${system ? `\n  system: ${JSON.stringify(system)},` : ''}
  prompt: ${JSON.stringify(prompt)},
  maxOutputTokens: ${maxTokens},
});
for await (const part of result.fullStream) {
  if (part.type === 'text-delta') process.stdout.write(part.text);
  if (part.type === 'error') throw part.error;
}
`,

  'openai-clojure': ({ model, prompt, system, maxTokens }, origin) => `(require '[wkok.openai-clojure.api :as api])

(api/create-chat-completion
  {:model ${JSON.stringify(model)}
   :messages [${system ? `{:role "system" :content ${JSON.stringify(system)}}\n              ` : ''}{:role "user" :content ${JSON.stringify(prompt)}}]
   :max_tokens ${maxTokens}
   :stream true
   :on-next (fn [event]
              (print (get-in event [:choices 0 :delta :content] ""))
              (flush))}
  {:api-endpoint "${origin}/v1"
   :api-key (or (System/getenv "SLUICE_KEY") "none")})
`,

  'Prediction Guard': ({ model, prompt, system, maxTokens }, origin) => `import os

from predictionguard import PredictionGuard

client = PredictionGuard(url="${origin}", api_key=os.environ.get("SLUICE_KEY", "none"))

for res in client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[${system ? `{"role": "system", "content": ${JSON.stringify(system)}}, ` : ''}{"role": "user", "content": ${JSON.stringify(prompt)}}],
    max_completion_tokens=${maxTokens},
    stream=True,
):
    print(res["data"]["choices"][0]["delta"]["content"], end="", flush=True)
`,
};
