import type { Hono } from 'hono';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { answering } from '../../lib/http/answering.ts';
import { baseApp } from '../../lib/http/base-routes.ts';
import { listingModels, showingModel } from '../../lib/http/models.ts';
import type { Sluice } from '../../lib/sluice.ts';

/** The function for OpenAI's clients. */
export function openaiApp(sluice: Sluice): Hono {
  const app = baseApp(sluice, openaiChat);
  app.post('/v1/chat/completions', answering(sluice, openaiChat));
  app.get('/v1/models', listingModels(sluice, openaiChat));
  app.get('/v1/models/:id{.+}', showingModel(sluice, openaiChat));
  return app;
}
