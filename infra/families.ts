import type { Config } from '../lib/config/schema.ts';

/** A family of clients and the function that serves it. */
export interface Family {
  readonly name: string;
  readonly entry: string;
  /** Its base URL among the outputs. */
  readonly output: string;
  /** What stands behind the host in that URL. */
  readonly path: string;
  /** What its clients are to be told. */
  readonly setting: string;
}

const clients: readonly Family[] = [
  {
    name: 'openai',
    entry: 'functions/openai/handler.ts',
    output: 'OpenaiBaseUrl',
    path: '/v1',
    setting: 'OPENAI_BASE_URL. Prediction Guard: the same without /v1. Empower: /api/v1',
  },
  {
    name: 'anthropic',
    entry: 'functions/anthropic/handler.ts',
    output: 'AnthropicBaseUrl',
    path: '',
    setting: 'ANTHROPIC_BASE_URL',
  },
  {
    name: 'bedrock',
    entry: 'functions/bedrock/handler.ts',
    output: 'BedrockEndpoint',
    path: '',
    setting: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME, with your key as both access key id and secret access key',
  },
];

const console: Family = {
  name: 'console',
  entry: 'functions/console/handler.ts',
  output: 'ConsoleUrl',
  path: '',
  setting: 'a browser. Also serves every API',
};

/** One function each, since a client knows one base URL. The console's is there only where it was asked for. */
export function familiesOf(config: Config): readonly Family[] {
  return config.console ? [...clients, console] : clients;
}
