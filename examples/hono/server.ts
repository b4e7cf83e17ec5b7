// A gateway inside an app of your own. The app keeps its routes, and clients call the gateway under /llm.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createSluice } from '../../functions/embed.ts';

const sluice = createSluice({
  config: {
    models: { assistant: { targets: [process.env.ASSISTANT_MODEL ?? 'openai/gpt-4o-mini'] } },
  },
});

const app = new Hono();
app.get('/', (context) => context.text('This app has its own routes, and a gateway under /llm/v1.\n'));
app.mount('/llm', (request) => sluice.fetch(request));

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  process.stdout.write(`Listening on http://localhost:${port}\n`);
});
