import { chatBody } from '../requests/chat.ts';
import { converseBody } from '../requests/converse.ts';
import { type Program, pythonArguments } from './program.ts';

export const boto3: Program = {
  name: 'boto3',
  language: 'py',
  install: 'pip install boto3',
  write: (wanted, origin) => `import os

import boto3

key = os.environ.get("SLUICE_KEY", "none")
client = boto3.client(
    "bedrock-runtime",
    endpoint_url="${origin}",
    region_name="us-east-1",
    aws_access_key_id=key,
    aws_secret_access_key=key,
)

answer = client.converse_stream(
${pythonArguments(converseBody(wanted))})
for event in answer["stream"]:
    print(event.get("contentBlockDelta", {}).get("delta", {}).get("text", ""), end="", flush=True)
`,
};

export const predictionGuard: Program = {
  name: 'Prediction Guard',
  language: 'py',
  install: 'pip install predictionguard',
  write: (wanted, origin) => `import os

from predictionguard import PredictionGuard

client = PredictionGuard(url="${origin}", api_key=os.environ.get("SLUICE_KEY", "none"))

for res in client.chat.completions.create(
${pythonArguments({ ...chatBody(wanted), stream: true })}):
    print(res["data"]["choices"][0]["delta"].get("content") or "", end="", flush=True)
`,
};

export const openaiClojure: Program = {
  name: 'openai-clojure',
  language: 'clj',
  install: 'net.clojars.wkok/openai-clojure {:mvn/version "0.23.0"}',
  write: (wanted, origin) => `(require '[wkok.openai-clojure.api :as api])

(api/create-chat-completion
  ${clojure({ ...chatBody(wanted), stream: true }, 2).replace(
    /\}$/,
    `
   :on-next (fn [event]
              (print (get-in event [:choices 0 :delta :content] ""))
              (flush))}`,
  )}
  {:api-endpoint "${origin}/v1"
   :api-key (or (System/getenv "SLUICE_KEY") "none")})
`,
};

/** A value as Clojure source. */
function clojure(value: unknown, before: number): string {
  const inner = `\n${' '.repeat(before + 1)}`;
  if (Array.isArray(value)) return `[${value.map((item) => clojure(item, before + 1)).join(inner)}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `:${name} ${clojure(member, before + name.length + 2)}`).join(inner)}}`;
  }
  return value === null ? 'nil' : JSON.stringify(value);
}
