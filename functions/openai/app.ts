import type { Sluice } from '../../lib/app/sluice.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { completionHandler } from '../../lib/http/completion-handler.ts';
import type { App } from '../../lib/http/host.ts';
import { keyCheckHandler } from '../../lib/http/key-check-handler.ts';
import { listModelsHandler, showModelHandler } from '../../lib/http/models-handlers.ts';
import { openApiHandler, openApiRoute } from '../../lib/http/openapi-handler.ts';
import type { PrepareOptions } from '../../lib/http/prepare-request.ts';
import { addResponseRoutes } from '../../lib/http/response-handlers.ts';
import { responseState } from '../../lib/http/response-state.ts';
import { addStreamRoutes } from '../../lib/http/stream-handlers.ts';
import { chatFor, completionsFor, modelFormFor } from './forms.ts';

/** Azure clients put the model into the path. */
const deployed: PrepareOptions = { body: (body, context) => ({ ...body, model: context.req.param('model') ?? '' }) };

/**
 * The function for OpenAI clients, and for Prediction Guard, Empower and Azure clients, which use variants of the
 * API.
 */
export function openaiApp(sluice: Sluice): App {
  const app = baseApp(sluice, chatFor);
  app.get(openApiRoute, openApiHandler(['openai']));
  app.post('/v1/chat/completions', completionHandler(sluice, chatFor));
  app.post(
    '/v1/responses',
    completionHandler(sluice, () => openaiResponses, sluice.streams ? { resolve: responseState(sluice.streams) } : {}),
  );
  app.post('/v1/completions', completionHandler(sluice, completionsFor));
  app.post('/v1/openai/deployments/:model/chat/completions', completionHandler(sluice, chatFor, deployed));
  app.post('/v1/openai/deployments/:model/completions', completionHandler(sluice, completionsFor, deployed));
  app.get('/v1/completions', keyCheckHandler(sluice, chatFor));
  app.get('/v1/models', listModelsHandler(sluice, chatFor, modelFormFor));
  app.get('/v1/models/:id{.+}', showModelHandler(sluice, chatFor, modelFormFor));
  addResponseRoutes(app, sluice, () => openaiResponses);
  addStreamRoutes(app, sluice, chatFor);
  return app;
}
