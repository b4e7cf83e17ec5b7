import type { Row } from '../rows.ts';

/** The function for a client, and the upstream. */
const functionRow = (client: Row['client'], upstream: Row['upstream'], name: string): Row => ({
  name,
  through: 'gateway',
  client,
  upstream,
});

export const openaiOverHttp = functionRow('openai', 'openai', 'openai x HTTP');
export const openaiOnBedrock = functionRow('openai', 'bedrock', 'openai x Bedrock');

/** Every function over HTTP, with its key from Secrets Manager, and on Bedrock, with signed requests. */
export const functionRows: readonly Row[] = [
  openaiOverHttp,
  functionRow('anthropic', 'anthropic', 'anthropic x HTTP'),
  functionRow('bedrock', 'openai', 'bedrock x HTTP'),
  openaiOnBedrock,
  functionRow('anthropic', 'bedrock', 'anthropic x Bedrock'),
  functionRow('bedrock', 'bedrock', 'bedrock x Bedrock'),
];
