import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { writeInvokeChunk } from '../wire/invoke-chunks.ts';
import { MessagesWriter } from './anthropic.ts';
import { readMessagesRequest } from './anthropic-request.ts';
import type { Answer } from './model.ts';
import type { Noise } from './noise.ts';
import type { FaultBytes, WireEvent } from './play.ts';
import type { Prompt, Turn } from './prompt.ts';
import { limit, must, Refusal, strings } from './refusal.ts';
import type { AnswerWriter } from './serve.ts';

/** The bodies and chunks of one model family in InvokeModel and InvokeModelWithResponseStream. */
interface Family {
  readFor(body: JsonObject): Prompt;
  /** The stream as chunks. The metrics are added to the last one. */
  chunks(answer: Answer, model: string, noise: Noise): Iterable<{ kind: WireEvent['kind']; chunk: JsonObject }>;
  whole(answer: Answer, model: string, noise: Noise): JsonObject;
}

/** The prompt of an invoked model. Rejects like `invoked`. */
export function readInvokedBody(model: string, body: JsonObject): Prompt {
  return familyOf(model).readFor(body);
}

/** The request and response formats of an invoked model. Rejects a model family that is not emulated. */
export function invoked(
  model: string,
  body: JsonObject,
  noise: Noise,
  heads: () => Record<string, string>,
  faultBytes: FaultBytes,
) {
  const family = familyOf(model);
  const writer: AnswerWriter = {
    streamType: 'application/vnd.amazon.eventstream',
    faultBytes,
    headers: () => ({ ...heads(), 'x-amzn-bedrock-content-type': 'application/json' }),
    *events(answer) {
      const all = [...family.chunks(answer, model, noise)];
      for (const [at, { kind, chunk }] of all.entries()) {
        const metrics = at === all.length - 1 && { 'amazon-bedrock-invocationMetrics': metricsOf(answer) };
        yield { kind, bytes: Buffer.from(writeInvokeChunk({ data: JSON.stringify({ ...chunk, ...metrics }) })) };
      }
    },
    whole: (answer) => family.whole(answer, model, noise),
  };
  return { prompt: family.readFor(body), writer };
}

function familyOf(model: string): Family {
  const family = families.find(([pattern]) => pattern.test(model))?.[1];
  if (!family) throw new Refusal(400, 'The provided model identifier is invalid.');
  return family;
}

function metricsOf({ usage }: Answer): JsonObject {
  return { inputTokenCount: usage.input, outputTokenCount: usage.output, invocationLatency: 1, firstByteLatency: 1 };
}

const version = 'bedrock-2023-05-31';

const claude: Family = {
  readFor(body) {
    must(body.anthropic_version === version, 'anthropic_version: Field required');
    for (const name of ['model', 'stream']) must(body[name] === undefined, `${name}: Extra inputs are not permitted`);
    must(body.max_tokens !== undefined, 'max_tokens: Field required');
    const { anthropic_version: _version, anthropic_beta: _betas, ...members } = body;
    return readMessagesRequest(members);
  },
  *chunks(answer, model, noise) {
    for (const { kind, bytes } of new MessagesWriter(model, noise).events(answer)) {
      const [, data = ''] = /^data: (.*)$/m.exec(String(bytes)) ?? [];
      const chunk = JSON.parse(data) as Json;
      // Bedrock sends no pings.
      if (isObject(chunk) && chunk.type !== 'ping') yield { kind, chunk };
    }
  },
  whole: (answer, model, noise) => new MessagesWriter(model, noise).whole(answer),
};

const claudeText: Family = {
  readFor({ prompt, max_tokens_to_sample, stop_sequences }) {
    must(typeof prompt === 'string', 'prompt: Field required');
    const [human, assistant] = ['\n\nHuman:', '\n\nAssistant:'];
    const begins = prompt.indexOf(human);
    const answers = prompt.indexOf(assistant);
    must(
      begins >= 0 && (answers < 0 || begins < answers),
      'prompt must start with "\n\nHuman:" turn after an optional system prompt',
    );
    must(prompt.lastIndexOf(assistant) > prompt.lastIndexOf(human), 'prompt must end with "\n\nAssistant:" turn');
    must(!/\s$/.test(prompt), 'prompt must not end with white space');
    must(max_tokens_to_sample !== undefined, 'max_tokens_to_sample: Field required');
    return textPrompt(framedTurns(prompt), max_tokens_to_sample, stop_sequences);
  },
  *chunks(answer) {
    for (const token of tokensOf(answer)) {
      yield { kind: 'content', chunk: { type: 'completion', completion: token, stop_reason: null, stop: null } };
    }
    yield { kind: 'finish', chunk: { type: 'completion', completion: '', ...completionStop(answer) } };
  },
  whole: (answer) => ({ type: 'completion', completion: tokensOf(answer).join(''), ...completionStop(answer) }),
};

function completionStop({ end, stopSequence }: Answer): JsonObject {
  return end === 'length'
    ? { stop_reason: 'max_tokens', stop: null }
    : { stop_reason: 'stop_sequence', stop: stopSequence ?? '\n\nHuman:' };
}

function framedTurns(prompt: string): Turn[] {
  const [system = '', ...turns] = prompt.split(/\n\n(?=(?:Human|Assistant):)/);
  const parsedTurns = turns.map((turn): Turn => {
    const [, speaker, text = ''] = /^(Human|Assistant): ?([\s\S]*)$/.exec(turn) ?? [];
    return { role: speaker === 'Human' ? 'user' : 'assistant', text, attachments: 0 };
  });
  const withText = parsedTurns.filter(({ text }) => text !== '');
  return system === '' ? withText : [{ role: 'system', text: system, attachments: 0 }, ...withText];
}

const titan: Family = {
  readFor({ inputText, textGenerationConfig }) {
    must(typeof inputText === 'string' && inputText !== '', '#/inputText: expected minLength: 1, actual: 0');
    const { maxTokenCount, stopSequences } = isObject(textGenerationConfig) ? textGenerationConfig : {};
    return textPrompt([{ role: 'user', text: inputText, attachments: 0 }], maxTokenCount, stopSequences);
  },
  *chunks(answer) {
    const tokens = tokensOf(answer);
    const counted = { inputTextTokenCount: answer.usage.input };
    for (const [at, outputText] of tokens.slice(0, -1).entries()) {
      yield { kind: 'content', chunk: { outputText, index: 0, ...(at === 0 && counted) } };
    }
    const completionReason = answer.end === 'length' ? 'LENGTH' : 'FINISH';
    const last = { outputText: tokens.at(-1) ?? '', index: 0, totalOutputTextTokenCount: answer.usage.output, completionReason };
    yield { kind: 'finish', chunk: { ...last, ...(tokens.length < 2 && counted) } };
  },
  whole: (answer) => ({
    inputTextTokenCount: answer.usage.input,
    results: [
      {
        tokenCount: answer.usage.output,
        outputText: tokensOf(answer).join(''),
        completionReason: answer.end === 'length' ? 'LENGTH' : 'FINISH',
      },
    ],
  }),
};

const llama: Family = {
  readFor({ prompt, max_gen_len, ...others }) {
    must(typeof prompt === 'string', '#: required key [prompt] not found');
    for (const name of Object.keys(others)) {
      must(['temperature', 'top_p'].includes(name), `#: extraneous key [${name}] is not permitted`);
    }
    return textPrompt([{ role: 'user', text: prompt, attachments: 0 }], max_gen_len, undefined);
  },
  *chunks(answer) {
    for (const [at, generation] of tokensOf(answer).entries()) {
      const prompt_token_count = at === 0 ? answer.usage.input : null;
      yield { kind: 'content', chunk: { generation, prompt_token_count, generation_token_count: at + 1, stop_reason: null } };
    }
    yield { kind: 'finish', chunk: { generation: '', prompt_token_count: null, ...llamaStop(answer) } };
  },
  whole: (answer) => ({
    generation: tokensOf(answer).join(''),
    prompt_token_count: answer.usage.input,
    ...llamaStop(answer),
  }),
};

function llamaStop({ end, usage }: Answer): JsonObject {
  return { generation_token_count: usage.output, stop_reason: end === 'length' ? 'length' : 'stop' };
}

const families: readonly (readonly [RegExp, Family])[] = [
  [/anthropic\.claude-(v\d|instant)/, claudeText],
  [/anthropic\.claude/, claude],
  [/amazon\.titan-t/, titan],
  [/meta\.llama/, llama],
];

function textPrompt(turns: Turn[], maxTokens: Json | undefined, stop: Json | undefined): Prompt {
  const most = limit(maxTokens, 'max_tokens');
  return {
    turns,
    tools: [],
    toolChoice: 'none',
    parallelTools: false,
    reasoning: false,
    ...(most !== undefined && { maxTokens: most }),
    stop: strings(stop, 'stop_sequences'),
  };
}

function tokensOf({ parts }: Answer): string[] {
  return parts.flatMap(({ kind, tokens }) => (kind === 'text' ? tokens : []));
}
