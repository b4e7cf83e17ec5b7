import Anthropic from '@anthropic-ai/sdk';
import Anthropic071 from 'anthropic-sdk-0.71';
import { type Ask, argumentsOf, type Seen, type Surface, weather } from './surface.ts';

const versions: { package: string; connect(ask: Ask): Anthropic }[] = [
  { package: '@anthropic-ai/sdk', connect: (ask) => new Anthropic(options(ask)) },
  { package: 'anthropic-sdk-0.71', connect: (ask) => new Anthropic071(options(ask)) as unknown as Anthropic },
];

function options({ origin, key }: Ask) {
  return { baseURL: origin, apiKey: key, maxRetries: 0 };
}

/** Text completions, which later versions have no more. */
const complete: Surface = {
  package: 'anthropic-sdk-0.71',
  way: 'completions.create({ stream: true }), for await',
  route: '/v1/complete',
  textAlone: true,
  async read(ask, seen) {
    const client = new Anthropic071(options(ask));
    const params = { model: ask.model, prompt: ask.said, max_tokens_to_sample: 1000, stream: true as const };
    for await (const { completion, stop_reason: reason } of await client.completions.create(params)) {
      seen.text += completion;
      if (reason) seen.finished = reason;
    }
  },
};

export const anthropicSurfaces: readonly Surface[] = [
  complete,
  ...versions.flatMap(({ package: name, connect }): Surface[] => [
    {
      package: name,
      way: 'messages.create({ stream: true }), for await',
      route: '/v1/messages',
      read: async (ask, seen) =>
        readMessageEvents(await connect(ask).messages.create({ ...messagesBody(ask), stream: true }), seen),
    },
    {
      package: name,
      way: 'messages.stream(), for await',
      route: '/v1/messages',
      read: (ask, seen) => readMessageEvents(connect(ask).messages.stream(messagesBody(ask)), seen),
    },
    {
      package: name,
      way: 'messages.stream(), events and finalMessage()',
      route: '/v1/messages',
      async read(ask, seen) {
        const stream = connect(ask).messages.stream(messagesBody(ask));
        stream.on('text', (delta) => {
          seen.text += delta;
        });
        const { content, usage, stop_reason: reason } = await stream.finalMessage();
        seen.tools = content.flatMap((block) =>
          block.type === 'tool_use' ? [{ name: block.name, arguments: block.input as object as never }] : [],
        );
        seen.reasoning = content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('');
        seen.usage = { input: usage.input_tokens, output: usage.output_tokens };
        if (reason) seen.finished = reason;
      },
    },
  ]),
];

/** The question as Messages have it, on whichever route. */
export function messagesBody({ model, said, tools }: Ask) {
  return {
    model,
    max_tokens: 1000,
    messages: [{ role: 'user' as const, content: said }],
    ...(tools && { tools: [{ name: weather.name, description: weather.description, input_schema: weather.schema }] }),
  };
}

/** Reads the events of a stream of messages, from wherever they come. */
export async function readMessageEvents(events: AsyncIterable<Anthropic.RawMessageStreamEvent>, seen: Seen): Promise<void> {
  const calls: { name: string; json: string }[] = [];
  seen.reasoning = '';
  try {
    for await (const event of events) {
      if (event.type === 'content_block_start' && event.content_block.type === 'tool_use')
        calls.push({ name: event.content_block.name, json: '' });
      if (event.type === 'content_block_delta') {
        if (event.delta.type === 'text_delta') seen.text += event.delta.text;
        if (event.delta.type === 'thinking_delta') seen.reasoning += event.delta.thinking;
        const call = calls.at(-1);
        if (event.delta.type === 'input_json_delta' && call) call.json += event.delta.partial_json;
      }
      if (event.type === 'message_start') seen.usage = { input: event.message.usage.input_tokens, output: undefined };
      if (event.type === 'message_delta') {
        const { input_tokens: input = seen.usage?.input, output_tokens: output } = event.usage;
        seen.usage = { input: input ?? undefined, output };
        if (event.delta.stop_reason) seen.finished = event.delta.stop_reason;
      }
    }
  } finally {
    seen.tools = calls.map(({ name, json }) => ({ name, arguments: argumentsOf(json) }));
  }
}
