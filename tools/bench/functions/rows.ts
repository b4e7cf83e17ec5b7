import type { Row } from '../rows.ts';

/** The function for a client, asked for what an upstream answers. */
const functionRow = (client: Row['client'], upstream: Row['upstream'], name: string): Row => ({
  name,
  through: 'gateway',
  client,
  upstream,
});

export const openaiOverHttp = functionRow('openai', 'openai', 'openai x HTTP');
export const openaiOnBedrock = functionRow('openai', 'bedrock', 'openai x Bedrock');

/** Every function over HTTP, its key read from Secrets Manager, and on Bedrock, its calls signed. */
export const functionRows: readonly Row[] = [
  openaiOverHttp,
  functionRow('anthropic', 'anthropic', 'anthropic x HTTP'),
  functionRow('bedrock', 'openai', 'bedrock x HTTP'),
  openaiOnBedrock,
  functionRow('anthropic', 'bedrock', 'anthropic x Bedrock'),
  functionRow('bedrock', 'bedrock', 'bedrock x Bedrock'),
];
