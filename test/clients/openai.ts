import OpenAI from 'openai';
import OpenAI4 from 'openai-4';
import OpenAI6 from 'openai-6';
import { type Ask, argumentsOf, type Seen, type Surface, weather } from './surface.ts';

type Connect = (ask: Ask) => OpenAI;

/** What is used here is the same in all of them, but for the place of version 4's chat helper. */
const versions: { package: string; connect: Connect }[] = [
  { package: 'openai', connect: (ask) => new OpenAI(options(ask)) },
  { package: 'openai-6', connect: (ask) => new OpenAI6(options(ask)) as unknown as OpenAI },
  {
    package: 'openai-4',
    connect: (ask) => {
      const client = new OpenAI4(options(ask));
      // Its helper is under `beta`.
      Object.assign(client.chat.completions, { stream: client.beta.chat.completions.stream.bind(client.beta.chat.completions) });
      return client as unknown as OpenAI;
    },
  },
];

function options({ origin, key }: Ask) {
  return { baseURL: `${origin}/v1`, apiKey: key, maxRetries: 0 };
}

export const openaiSurfaces: readonly Surface[] = versions.flatMap(({ package: name, connect }): Surface[] => [
  {
    package: name,
    way: 'chat.completions.create({ stream: true }), for await',
    route: '/v1/chat/completions',
    read: async (ask, seen) => readChunks(await connect(ask).chat.completions.create(chatBody(ask)), seen),
  },
  {
    package: name,
    way: 'chat.completions.stream(), for await',
    route: '/v1/chat/completions',
    read: async (ask, seen) => readChunks(connect(ask).chat.completions.stream(chatBody(ask)), seen),
  },
  {
    package: name,
    way: 'chat.completions.stream(), events and finalChatCompletion()',
    route: '/v1/chat/completions',
    async read(ask, seen) {
      const stream = connect(ask).chat.completions.stream(chatBody(ask));
      stream.on('content', (delta) => {
        seen.text += delta;
      });
      const { choices, usage } = await stream.finalChatCompletion();
      const [choice] = choices;
      seen.tools = (choice?.message.tool_calls ?? []).map((call) =>
        call.type === 'function'
          ? { name: call.function.name, arguments: argumentsOf(call.function.arguments) }
          : { name: '', arguments: '' },
      );
      if (choice) seen.finished = choice.finish_reason;
      if (usage) seen.usage = { input: usage.prompt_tokens, output: usage.completion_tokens };
    },
  },
  {
    package: name,
    way: 'completions.create({ stream: true }), for await',
    route: '/v1/completions',
    textAlone: true,
    async read(ask, seen) {
      const { model, said: prompt } = ask;
      const params = { model, prompt, max_tokens: 1000, stream: true as const, stream_options: { include_usage: true } };
      for await (const { choices, usage } of await connect(ask).completions.create(params)) {
        if (usage) seen.usage = { input: usage.prompt_tokens, output: usage.completion_tokens };
        const [choice] = choices;
        seen.text += choice?.text ?? '';
        if (choice?.finish_reason) seen.finished = choice.finish_reason;
      }
    },
  },
  {
    package: name,
    way: 'responses.create({ stream: true }), for await',
    route: '/v1/responses',
    read: async (ask, seen) =>
      readResponseEvents(await connect(ask).responses.create({ ...responsesBody(ask), stream: true }), seen),
  },
  {
    package: name,
    way: 'responses.stream(), for await',
    route: '/v1/responses',
    read: async (ask, seen) => readResponseEvents(connect(ask).responses.stream(responsesBody(ask)), seen),
  },
  {
    package: name,
    way: 'responses.stream(), events and finalResponse()',
    route: '/v1/responses',
    async read(ask, seen) {
      const stream = connect(ask).responses.stream(responsesBody(ask));
      stream.on('response.output_text.delta', ({ delta }) => {
        seen.text += delta;
      });
      readResponse(await stream.finalResponse(), seen);
    },
  },
]);

function chatBody({ model, said, tools }: Ask) {
  return {
    model,
    messages: [{ role: 'user' as const, content: said }],
    stream: true as const,
    stream_options: { include_usage: true },
    ...(tools && {
      tools: [
        {
          type: 'function' as const,
          function: { name: weather.name, description: weather.description, parameters: weather.schema },
        },
      ],
    }),
  };
}

async function readChunks(chunks: AsyncIterable<OpenAI.ChatCompletionChunk>, seen: Seen): Promise<void> {
  const calls: { name: string; json: string }[] = [];
  try {
    for await (const { choices, usage } of chunks) {
      if (usage) seen.usage = { input: usage.prompt_tokens, output: usage.completion_tokens };
      const [choice] = choices;
      if (!choice) continue;
      const { content, tool_calls: fragments = [], ...rest } = choice.delta;
      seen.text += content ?? '';
      const { reasoning_content: reasoning = '' } = rest as { reasoning_content?: string };
      seen.reasoning = (seen.reasoning ?? '') + reasoning;
      for (const { index, function: said } of fragments) {
        calls[index] ??= { name: '', json: '' };
        const call = calls[index];
        call.name += said?.name ?? '';
        call.json += said?.arguments ?? '';
      }
      if (choice.finish_reason) seen.finished = choice.finish_reason;
    }
  } finally {
    seen.tools = calls.map(({ name, json }) => ({ name, arguments: argumentsOf(json) }));
  }
}

function responsesBody({ model, said, tools }: Ask) {
  return {
    model,
    input: said,
    ...(tools && {
      tools: [
        {
          type: 'function' as const,
          name: weather.name,
          description: weather.description,
          parameters: weather.schema,
          strict: false,
        },
      ],
    }),
  };
}

async function readResponseEvents(events: AsyncIterable<OpenAI.Responses.ResponseStreamEvent>, seen: Seen): Promise<void> {
  for await (const event of events) {
    if (event.type === 'response.output_text.delta') seen.text += event.delta;
    if (event.type === 'response.completed' || event.type === 'response.incomplete') readResponse(event.response, seen);
    if (event.type === 'error') seen.error = { how: 'error part', says: event.message };
    if (event.type === 'response.failed') seen.error = { how: 'error part', says: event.response.error?.message ?? '' };
  }
}

function readResponse({ output, usage, status }: OpenAI.Responses.Response, seen: Seen): void {
  for (const item of output) {
    if (item.type === 'function_call') seen.tools.push({ name: item.name, arguments: argumentsOf(item.arguments) });
    if (item.type === 'reasoning') {
      const said = item.content?.length ? item.content : item.summary;
      seen.reasoning = (seen.reasoning ?? '') + said.map(({ text }) => text).join('');
    }
  }
  if (usage) seen.usage = { input: usage.input_tokens, output: usage.output_tokens };
  if (status) seen.finished = status;
}
