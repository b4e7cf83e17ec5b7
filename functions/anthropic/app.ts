import { anthropicCompleteOf } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages, anthropicMessagesOf } from '../../lib/dialects/anthropic-messages/client.ts';
import { answering } from '../../lib/http/answering.ts';
import { baseApp } from '../../lib/http/base-app.ts';
import { countingTokens } from '../../lib/http/counting.ts';
import { describedAt, describing } from '../../lib/http/describing.ts';
import type { App } from '../../lib/http/host.ts';
import { listingModels, showingModel } from '../../lib/http/models.ts';
import type { Sluice } from '../../lib/sluice.ts';

/** An open list at Anthropic's end, so they go on as they came. */
const forward = ['anthropic-beta', 'anthropic-version'];

/** The API version that a caller names decides which parameters there are. */
const messages = ({ headers }: Request) => {
  const version = headers.get('anthropic-version');
  return version === null ? anthropicMessages : anthropicMessagesOf(version);
};

const complete = ({ headers }: Request) => anthropicCompleteOf(headers.get('anthropic-version') ?? undefined);

/** The function for Anthropic's clients. */
export function anthropicApp(sluice: Sluice): App {
  const app = baseApp(sluice, messages);
  app.get(describedAt, describing(['anthropic']));
  app.post('/v1/messages', answering(sluice, messages, { forward }));
  app.post('/v1/messages/count_tokens', countingTokens(sluice, messages, forward));
  app.post('/v1/complete', answering(sluice, complete));
  app.get('/v1/models', listingModels(sluice, messages));
  app.get('/v1/models/:id{.+}', showingModel(sluice, messages));
  return app;
}
