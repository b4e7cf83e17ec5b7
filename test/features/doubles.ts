import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../lib/stream/json.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';

/** A provider that differs from OpenAI in a few things, made of the embedded OpenAI and those differences. */
interface Difference {
  readonly path: (path: string) => string;
  readonly headers: (headers: IncomingHttpHeaders) => Record<string, string>;
  readonly body: (body: JsonObject) => JsonObject;
  readonly answer: (answer: string) => string;
}

export interface Double {
  readonly url: string;
  close(): Promise<void>;
}

/** A server on loopback in front of `openaiUrl`. Answers arrive whole, since these tests don't measure time. */
async function double(openaiUrl: string, difference: Difference): Promise<Double> {
  const server = createServer(async (request, response) => {
    const bytes: Buffer[] = [];
    for await (const chunk of request) bytes.push(chunk as Buffer);
    const answer = await fetch(openaiUrl + difference.path(request.url ?? ''), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...difference.headers(request.headers) },
      body: JSON.stringify(difference.body(objectOf(parsed(Buffer.concat(bytes).toString())))),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(difference.answer(await answer.text()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** Azure: a deployment in the path, its own header for the key, and a chunk about the prompt before all others. */
export function azureDouble(openaiUrl: string): Promise<Double> {
  return double(openaiUrl, {
    path: (path) => (/^\/openai\/deployments\/[^/]+\/chat\/completions\?api-version=\d/.test(path) ? '/chat/completions' : path),
    headers: ({ 'api-key': key }): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {}),
    body: (body) => body,
    answer: (answer) =>
      answer.startsWith('data: ') ? `data: {"choices":[],"id":"","object":"","prompt_filter_results":[]}\n\n${answer}` : answer,
  });
}

/** Prediction Guard: usage unasked, in the chunk that finishes; events parted by a single LF; errors as text. */
export function predictionGuardDouble(openaiUrl: string): Promise<Double> {
  return double(openaiUrl, {
    path: (path) => path,
    headers: ({ authorization = '' }) => ({ authorization }),
    body: (body) => ({ ...body, stream_options: { include_usage: true } }),
    answer: (answer) => {
      if (!answer.startsWith('data: ')) return JSON.stringify({ error: objectOf(objectOf(parsed(answer)).error).message ?? '' });
      const chunks = answer.split('\n\n').map((line) => line.replace(/^data: /, ''));
      const usage = chunks.map((chunk) => objectOf(parsed(chunk)).usage).find(Boolean);
      const told = chunks.flatMap((chunk) => {
        if (!chunk.startsWith('{')) return [chunk];
        const { usage: _, ...members } = objectOf(parsed(chunk));
        const choices = listOf(members.choices);
        if (choices.length === 0) return [];
        return [JSON.stringify(choices[0]?.finish_reason && usage ? { ...members, usage } : members)];
      });
      return told.map((line) => (line ? `data: ${line}\n` : '')).join('');
    },
  });
}
