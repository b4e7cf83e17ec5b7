import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { jsonSchema, type LanguageModel, streamText, tool } from 'ai';
import type { Json } from '../../lib/stream/json.ts';
import { type Ask, type Seen, type Surface, weather } from './surface.ts';

interface Provider {
  readonly package: string;
  readonly model: string;
  readonly route: Surface['route'];
  /** It has no place for reasoning in what it reads. */
  readonly withoutReasoning?: true;
  connect(ask: Ask): LanguageModel;
}

const providers: readonly Provider[] = [
  {
    package: '@ai-sdk/openai',
    model: 'openai.chat(id)',
    route: '/v1/chat/completions',
    withoutReasoning: true,
    connect: (ask) => createOpenAI(settings(ask)).chat(ask.model),
  },
  {
    package: '@ai-sdk/openai',
    model: 'openai(id)',
    route: '/v1/responses',
    connect: (ask) => createOpenAI(settings(ask))(ask.model),
  },
  {
    package: '@ai-sdk/openai-compatible',
    model: 'provider(id)',
    route: '/v1/chat/completions',
    connect: (ask) => createOpenAICompatible({ ...settings(ask), name: 'sluice', includeUsage: true })(ask.model),
  },
  {
    package: '@ai-sdk/anthropic',
    model: 'anthropic(id)',
    route: '/v1/messages',
    connect: (ask) => createAnthropic(settings(ask))(ask.model),
  },
];

function settings({ origin, key }: Ask) {
  return { baseURL: `${origin}/v1`, apiKey: key };
}

export const aiSdkSurfaces: readonly Surface[] = providers.flatMap(
  ({ package: name, model, route, withoutReasoning, connect }): Surface[] => [
    {
      package: name,
      way: `streamText(${model}), fullStream`,
      route,
      async read(ask, seen) {
        const { fullStream } = asked(connect(ask), ask);
        if (!withoutReasoning) seen.reasoning = '';
        for await (const part of fullStream) {
          if (part.type === 'text-delta') seen.text += part.text;
          if (part.type === 'reasoning-delta') seen.reasoning = (seen.reasoning ?? '') + part.text;
          if (part.type === 'tool-call') seen.tools.push({ name: part.toolName, arguments: part.input as Json });
          if (part.type === 'error') seen.error = { how: 'error part', says: String(part.error) };
          if (part.type === 'finish') {
            seen.finished = part.finishReason;
            seen.usage = { input: part.totalUsage.inputTokens, output: part.totalUsage.outputTokens };
          }
        }
      },
    },
    {
      package: name,
      way: `streamText(${model}, { onError }), textStream`,
      route,
      async read(ask, seen) {
        const result = asked(connect(ask), ask, seen);
        for await (const text of result.textStream) seen.text += text;
        if (!seen.error) await readResult(result, seen, withoutReasoning);
      },
    },
    {
      package: name,
      way: `streamText(${model}, { onError }), consumeStream() and its promises`,
      route,
      async read(ask, seen) {
        const result = asked(connect(ask), ask, seen);
        await result.consumeStream();
        await readResult(result, seen, withoutReasoning);
        seen.text = await result.text;
      },
    },
  ],
);

/** What cannot show a failure, whatever is sent: without `onError` there is text, and at most a reason that one may look at. */
export const silentAiSdkSurfaces: readonly Surface[] = providers.flatMap(
  ({ package: name, model, route, connect }): Surface[] => [
    {
      package: name,
      way: `streamText(${model}), textStream alone`,
      route,
      async read(ask, seen) {
        for await (const text of asked(connect(ask), ask).textStream) seen.text += text;
      },
    },
    {
      package: name,
      way: `streamText(${model}), consumeStream() and its promises alone`,
      route,
      async read(ask, seen) {
        const result = asked(connect(ask), ask);
        await result.consumeStream();
        seen.text = await result.text;
        seen.finished = await result.finishReason;
      },
    },
  ],
);

function asked(model: LanguageModel, { said, tools }: Ask, seen?: Seen) {
  return streamText({
    model,
    prompt: said,
    maxRetries: 0,
    maxOutputTokens: 1000,
    ...(tools && {
      tools: { [weather.name]: tool({ description: weather.description, inputSchema: jsonSchema(weather.schema) }) },
    }),
    // Unset, it would print the failure.
    onError({ error }) {
      if (seen) seen.error = { how: 'onError', says: String(error) };
    },
  });
}

async function readResult(result: ReturnType<typeof asked>, seen: Seen, withoutReasoning = false): Promise<void> {
  seen.finished = await result.finishReason;
  const { inputTokens, outputTokens } = await result.totalUsage;
  seen.usage = { input: inputTokens, output: outputTokens };
  seen.tools = (await result.toolCalls).map((call) => ({ name: call.toolName, arguments: call.input as Json }));
  if (!withoutReasoning) seen.reasoning = (await result.reasoningText) ?? '';
}
