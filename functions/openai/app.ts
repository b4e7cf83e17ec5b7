import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { answering } from '../../lib/http/answering.ts';
import type { AskingOptions } from '../../lib/http/asking.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { describedAt, describing } from '../../lib/http/describing.ts';
import type { App } from '../../lib/http/host.ts';
import { listingModels, showingModel } from '../../lib/http/models.ts';
import { probing } from '../../lib/http/probing.ts';
import type { Sluice } from '../../lib/sluice.ts';
import { chatFor, completionsFor } from './forms.ts';

/** Azure's clients name the model in the path. */
const deployed: AskingOptions = { body: (body, context) => ({ ...body, model: context.req.param('model') ?? '' }) };

/** The function for the clients of OpenAI's API, and of Prediction Guard, Empower and Azure, who speak dialects of it. */
export function openaiApp(sluice: Sluice): App {
  const app = baseApp(sluice, chatFor);
  app.get(describedAt, describing(['openai']));
  app.post('/v1/chat/completions', answering(sluice, chatFor));
  app.post(
    '/v1/responses',
    answering(sluice, () => openaiResponses),
  );
  app.post('/v1/completions', answering(sluice, completionsFor));
  app.post('/v1/openai/deployments/:model/chat/completions', answering(sluice, chatFor, deployed));
  app.post('/v1/openai/deployments/:model/completions', answering(sluice, completionsFor, deployed));
  app.get('/v1/completions', probing(sluice, chatFor));
  app.get('/v1/models', listingModels(sluice, chatFor));
  app.get('/v1/models/:id{.+}', showingModel(sluice, chatFor));
  return app;
}
