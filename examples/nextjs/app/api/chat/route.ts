import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { convertToModelMessages, createUIMessageStreamResponse, streamText, toUIMessageStream, type UIMessage } from 'ai';

const sluice = createOpenAICompatible({
  name: 'sluice',
  baseURL: `${process.env.SLUICE_URL ?? 'http://127.0.0.1:8787'}/v1`,
  apiKey: process.env.SLUICE_KEY ?? 'any',
  includeUsage: true,
});

/** Streams an answer to the page's `useChat`. The key stays on this server. */
export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: UIMessage[] };
  const { stream } = streamText({
    model: sluice(process.env.SLUICE_MODEL ?? 'demo/openai/chat'),
    messages: await convertToModelMessages(messages),
    abortSignal: request.signal,
    // Sluice has retried already.
    maxRetries: 0,
  });
  return createUIMessageStreamResponse({ stream: toUIMessageStream({ stream, onError }) });
}

function onError(error: unknown): string {
  return error instanceof Error ? error.message : 'The answer failed.';
}
