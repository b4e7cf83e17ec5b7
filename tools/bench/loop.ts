import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { listen } from './listen.ts';

// The honest floor: a hand-written loop for one pair of dialects, OpenAI to OpenAI. It parses every event,
// writes it again, and does nothing else. No fallback, no deadlines, no checks, no log.

const upstream = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true });

async function bodyOf(asked: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of asked) pieces.push(piece);
  return Buffer.concat(pieces);
}

function rewrite(answered: IncomingMessage, answer: ServerResponse): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  answered.on('data', (piece: Buffer) => {
    const events = (rest + decoder.write(piece)).split('\n\n');
    rest = events.pop() ?? '';
    let text = '';
    for (const event of events) {
      const data = event.slice('data: '.length);
      text += `data: ${data === '[DONE]' ? data : JSON.stringify(JSON.parse(data))}\n\n`;
    }
    if (text !== '' && !answer.write(text)) {
      answered.pause();
      answer.once('drain', () => answered.resume());
    }
  });
  answered.on('end', () => answer.end());
  answered.on('error', () => answer.destroy());
}

const server = createServer(async (asked, answer) => {
  const body = await bodyOf(asked);
  const { model, ...rest } = JSON.parse(body.toString());
  const sent = JSON.stringify({ ...rest, model });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) };
  const call = request(upstream, { agent, method: 'POST', path: asked.url, headers }, (answered) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    rewrite(answered, answer);
  });
  call.on('error', () => answer.destroy());
  call.end(sent);
});

await listen(server);
