import type { AIMessageChunk } from '@langchain/core/messages';
import { ChatOpenAI, ChatOpenAICompletions } from '@langchain/openai';
import type { Json } from '../../lib/stream/json.ts';
import { type Ask, type Seen, type Surface, weather } from './surface.ts';

const apis = [
  { name: 'new ChatOpenAI()', route: '/v1/chat/completions', useResponsesApi: false },
  { name: 'new ChatOpenAI({ useResponsesApi })', route: '/v1/responses', useResponsesApi: true },
] as const;

export const langchainSurfaces: readonly Surface[] = apis.flatMap(({ name, route, useResponsesApi }): Surface[] => [
  {
    package: '@langchain/openai',
    way: `${name}.stream(), for await`,
    route,
    async read(ask, seen) {
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await connect(ask, useResponsesApi).stream(ask.said)) {
        seen.text += chunk.text;
        whole = whole ? whole.concat(chunk) : chunk;
      }
      if (whole) readMessage(whole, seen);
    },
  },
  {
    package: '@langchain/openai',
    way: `${name}.invoke(), streaming`,
    route,
    async read(ask, seen) {
      const message = await connect(ask, useResponsesApi).invoke(ask.said);
      seen.text = message.text;
      readMessage(message, seen);
    },
  },
]);

/** For `invoke` it estimates tokens too, with tables that it fetches from the network. */
class WithoutEstimates extends ChatOpenAICompletions {
  override async getNumTokens(): Promise<number> {
    return 0;
  }
}

function connect({ origin, key, model, tools }: Ask, useResponsesApi: boolean) {
  const fields = {
    model,
    apiKey: key,
    configuration: { baseURL: `${origin}/v1` },
    maxRetries: 0,
    streaming: true,
    streamUsage: true,
    useResponsesApi,
  };
  const chat = new ChatOpenAI({ ...fields, completions: new WithoutEstimates(fields) });
  const offered = {
    type: 'function' as const,
    function: { name: weather.name, description: weather.description, parameters: weather.schema },
  };
  return tools ? chat.bindTools([offered]) : chat;
}

function readMessage(message: AIMessageChunk, seen: Seen): void {
  const { tool_calls: calls = [], usage_metadata: usage, response_metadata: metadata } = message;
  seen.tools = calls.map(({ name, args }) => ({ name, arguments: args as Json }));
  if (usage) seen.usage = { input: usage.input_tokens, output: usage.output_tokens };
  const finished = metadata.finish_reason ?? metadata.status;
  if (typeof finished === 'string') seen.finished = finished;
}
