import type { Sluice } from '../../lib/app/sluice.ts';
import { anthropicCompleteOf } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages, anthropicMessagesOf } from '../../lib/dialects/anthropic-messages/client.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { completionHandler } from '../../lib/http/completion-handler.ts';
import { countTokensHandler, withMaxTokens } from '../../lib/http/count-tokens-handler.ts';
import type { App } from '../../lib/http/host.ts';
import { listModelsHandler, showModelHandler } from '../../lib/http/models-handlers.ts';
import { openApiHandler, openApiRoute } from '../../lib/http/openapi-handler.ts';
import { addStreamRoutes } from '../../lib/http/stream-handlers.ts';

/** Anthropic's list is open, so these headers are forwarded unchanged. */
const forward = ['anthropic-beta', 'anthropic-version'];

/** The client's API version decides which parameters exist. */
const messages = ({ headers }: Request) => {
  const version = headers.get('anthropic-version');
  return version === null ? anthropicMessages : anthropicMessagesOf(version);
};

const complete = ({ headers }: Request) => anthropicCompleteOf(headers.get('anthropic-version') ?? undefined);

/** The function for Anthropic clients. */
export function anthropicApp(sluice: Sluice): App {
  const app = baseApp(sluice, messages);
  app.get(openApiRoute, openApiHandler(['anthropic']));
  app.post('/v1/messages', completionHandler(sluice, messages, { forward }));
  app.post('/v1/messages/count_tokens', countTokensHandler(sluice, messages, 'input_tokens', { forward, body: withMaxTokens }));
  app.post('/v1/complete', completionHandler(sluice, complete));
  app.get('/v1/models', listModelsHandler(sluice, messages));
  app.get('/v1/models/:id{.+}', showModelHandler(sluice, messages));
  addStreamRoutes(app, sluice, messages);
  return app;
}
