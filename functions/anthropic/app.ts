import type { Hono } from 'hono';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { answering } from '../../lib/http/answering.ts';
import { baseApp } from '../../lib/http/base-routes.ts';
import { listingModels, showingModel } from '../../lib/http/models.ts';
import type { Sluice } from '../../lib/sluice.ts';

const messages = () => anthropicMessages;

/** The function for Anthropic's clients. */
export function anthropicApp(sluice: Sluice): Hono {
  const app = baseApp(sluice, messages);
  app.post('/v1/messages', answering(sluice, messages, { forward: ['anthropic-beta', 'anthropic-version'] }));
  app.get('/v1/models', listingModels(sluice, messages));
  app.get('/v1/models/:id{.+}', showingModel(sluice, messages));
  return app;
}
