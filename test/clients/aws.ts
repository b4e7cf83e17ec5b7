import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { messagesBody, readMessageEvents } from './anthropic.ts';
import { type Ask, argumentsOf, type Seen, type Surface, weather } from './surface.ts';

const transports = [
  { name: 'new BedrockRuntimeClient()', more: {} },
  {
    name: 'new BedrockRuntimeClient({ requestHandler: new NodeHttpHandler() })',
    more: { requestHandler: new NodeHttpHandler() },
  },
];

export const awsSurfaces: readonly Surface[] = transports.flatMap(({ name, more }): Surface[] => {
  async function connected(ask: Ask, read: (client: BedrockRuntimeClient) => Promise<void>): Promise<void> {
    const client = new BedrockRuntimeClient({ ...connection(ask), ...more, maxAttempts: 1 });
    try {
      await read(client);
    } finally {
      if (!('requestHandler' in more)) client.destroy();
    }
  }
  return [
    {
      package: '@aws-sdk/client-bedrock-runtime',
      way: `${name}, ConverseStreamCommand, for await`,
      route: 'converse-stream',
      read: (ask, seen) =>
        connected(ask, async (client) => {
          const { stream } = await client.send(new ConverseStreamCommand(input(ask)));
          await readEvents(stream ?? [], seen);
        }),
    },
    {
      package: '@aws-sdk/client-bedrock-runtime',
      way: `${name}, InvokeModelWithResponseStreamCommand with Claude’s body, for await`,
      route: 'invoke-with-response-stream',
      read: (ask, seen) =>
        connected(ask, async (client) => {
          const params = { anthropic_version: 'bedrock-2023-05-31', ...messagesBody(ask) };
          const body = JSON.stringify({ ...params, model: undefined });
          const { body: chunks } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: ask.model, body }));
          await readMessageEvents(payloads(chunks ?? []), seen);
        }),
    },
  ];
});

async function* payloads(chunks: AsyncIterable<{ chunk?: { bytes?: Uint8Array | undefined } }> | []) {
  for await (const { chunk } of chunks) {
    if (chunk?.bytes) yield JSON.parse(Buffer.from(chunk.bytes).toString());
  }
}

function connection({ origin, key }: Ask) {
  return { endpoint: origin, region: 'us-east-1', credentials: { accessKeyId: key, secretAccessKey: key } };
}

function input({ model, said, tools }: Ask) {
  return {
    modelId: model,
    messages: [{ role: 'user' as const, content: [{ text: said }] }],
    ...(tools && {
      toolConfig: {
        tools: [{ toolSpec: { name: weather.name, description: weather.description, inputSchema: { json: weather.schema } } }],
      },
    }),
  };
}

async function readEvents(events: AsyncIterable<ConverseStreamOutput> | [], seen: Seen): Promise<void> {
  const calls: { name: string; json: string }[] = [];
  seen.reasoning = '';
  try {
    for await (const { contentBlockStart, contentBlockDelta, messageStop, metadata } of events) {
      const { toolUse } = contentBlockStart?.start ?? {};
      if (toolUse) calls.push({ name: toolUse.name ?? '', json: '' });
      const delta = contentBlockDelta?.delta;
      seen.text += delta?.text ?? '';
      seen.reasoning += delta?.reasoningContent?.text ?? '';
      const call = calls.at(-1);
      if (call) call.json += delta?.toolUse?.input ?? '';
      if (messageStop?.stopReason) seen.finished = messageStop.stopReason;
      if (metadata?.usage) seen.usage = { input: metadata.usage.inputTokens, output: metadata.usage.outputTokens };
    }
  } finally {
    seen.tools = calls.map(({ name, json }) => ({ name, arguments: argumentsOf(json) }));
  }
}
