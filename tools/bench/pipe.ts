import { Agent, createServer, request } from 'node:http';
import { listen } from './listen.ts';

// The baseline: the least work that Node can do between two HTTP connections. It doesn't parse anything.

const upstream = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true });

const server = createServer((incoming, answer) => {
  const { method, url: path, headers } = incoming;
  const call = request(upstream, { agent, method, path, headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  call.on('error', () => answer.destroy());
  incoming.pipe(call);
});

await listen(server);
