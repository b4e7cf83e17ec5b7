import type { Config } from '../lib/config/schema.ts';

/** A client family and its function. */
export interface Family {
  readonly name: string;
  readonly entry: string;
  /** Its base URL among the outputs. */
  readonly output: string;
  /** The part of that URL after the host. */
  readonly path: string;
  /** How its clients use the URL. */
  readonly setting: string;
  /** The same where AWS verifies signatures instead of keys. */
  readonly signedSetting: string;
}

const clients: readonly Family[] = [
  {
    name: 'openai',
    entry: 'functions/openai/handler.ts',
    output: 'OpenaiBaseUrl',
    path: '/v1',
    setting: 'OPENAI_BASE_URL. Prediction Guard: the same without /v1. Empower: /api/v1',
    signedSetting: "OpenAI clients with a fetch that signs requests for the service 'lambda'",
  },
  {
    name: 'anthropic',
    entry: 'functions/anthropic/handler.ts',
    output: 'AnthropicBaseUrl',
    path: '',
    setting: 'ANTHROPIC_BASE_URL',
    signedSetting: "Anthropic clients with a fetch that signs requests for the service 'lambda'",
  },
  {
    name: 'bedrock',
    entry: 'functions/bedrock/handler.ts',
    output: 'BedrockEndpoint',
    path: '',
    setting: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME, with your key as both access key id and secret access key',
    signedSetting: "requests to Bedrock's API that are signed for the service 'lambda'. AWS SDKs sign them for Bedrock",
  },
];

const console: Family = {
  name: 'console',
  entry: 'functions/console/handler.ts',
  output: 'ConsoleUrl',
  path: '',
  setting: 'a browser. Also serves every API',
  // A browser signs nothing, so the two exclude each other (lib/config/deployment-diagnostics.ts).
  signedSetting: 'nobody',
};

/** One function each, because a client has one base URL. The console function exists only if configured. */
export function familiesOf(config: Config): readonly Family[] {
  return config.console ? [...clients, console] : clients;
}
