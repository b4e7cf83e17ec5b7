import { Hono } from 'hono';
import type { Host } from '../../lib/http/host.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';

/** An app that does what none of ours does, each at a path of its own. */
const app = new Hono<{ Bindings: Host }>();
const log = (line: string) => process.stdout.write(`${line}\n`);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

app.get('/fine', (context) => context.text(String(process.pid)));
app.get('/cookies', () => {
  const headers = new Headers([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2; Path=/'],
  ]);
  return new Response('x', { status: 201, headers });
});
app.get('/empty', (context) => context.text(''));
app.get('/none', (context) => context.body(null, 204));
app.get('/moved', (context) => context.redirect('/fine'));
app.get('/rejects', async (context) => {
  void Promise.reject(new Error('nobody waits for this'));
  await wait(20);
  return context.text('went on');
});
app.get('/breaks', () => new Response(bodyOf(breaking())));
app.get('/hangs', () => new Promise<Response>(() => {}));
app.get('/goes-silent', () => new Response(bodyOf(silent())));
app.get('/late', (context) => {
  context.env.waitUntil?.(wait(100).then(() => log('the late work is done')));
  return context.text('said');
});
app.post('/echo', async (context) => {
  const headers = { 'content-type': context.req.header('content-type') ?? '', 'x-name': context.req.header('x-name') ?? '' };
  return new Response(await context.req.arrayBuffer(), { headers });
});

function bodyOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function* breaking() {
  yield new TextEncoder().encode('half');
  await wait(20);
  throw new Error('it broke');
}

async function* silent() {
  yield new TextEncoder().encode('half');
  await new Promise(() => {});
}

export const handler = functionUrlHandler({ app, log });
