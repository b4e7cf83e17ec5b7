import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { contentTypeOf, type Upstream, writesOf } from './answers.ts';
import { listen } from './listen.ts';
import { shapeIn } from './shape.ts';

// A provider that only writes: answers in the dialect of the path and the shape in the model name.

const upstreams: [pathEnd: RegExp, upstream: Upstream][] = [
  [/\/chat\/completions$/, 'openai'],
  [/\/messages$/, 'anthropic'],
  [/\/converse-stream$/, 'bedrock'],
];

const server = createServer(async (request, response) => {
  const path = request.url ?? '';
  const found = upstreams.find(([pathEnd]) => pathEnd.test(path));
  if (!found) {
    response.writeHead(404).end(path);
    return;
  }
  const [, upstream] = found;
  const shape = shapeIn(path + (await text(request)));
  response.writeHead(200, { 'content-type': contentTypeOf(upstream) });
  const writes = writesOf(upstream, shape);
  if (shape.tokensPerSecond === 0) await writeFlatOut(response, writes);
  else writePaced(response, writes, (1000 * shape.tokensPerWrite) / shape.tokensPerSecond);
});

/** One write per turn of the event loop. Otherwise Node would merge them into one packet. */
async function writeFlatOut(response: ServerResponse, writes: readonly Uint8Array[]): Promise<void> {
  for (const piece of writes) {
    if (response.destroyed) return;
    if (response.write(piece)) await setImmediate();
    else await drainedOrClosed(response);
  }
  response.end();
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function writePaced(response: ServerResponse, writes: readonly Uint8Array[], intervalMs: number): void {
  let next = 0;
  const timer = setInterval(() => {
    const piece = writes[next++];
    if (piece) {
      response.write(piece);
      return;
    }
    clearInterval(timer);
    response.end();
  }, intervalMs);
  response.on('close', () => clearInterval(timer));
}

await listen(server);
