import type { JsonObject } from '../stream/json.ts';

/** The APIs whose requests can be counted, each with its own format. */
export type Invocation = 'converse' | 'invoke';

/** The body of such a request in the format of Bedrock's CountTokens. */
export function tokensInput(invocation: Invocation, body: JsonObject): JsonObject {
  return forms[invocation](body);
}

const forms: Record<Invocation, (body: JsonObject) => JsonObject> = {
  converse: ({ messages, system, toolConfig, additionalModelRequestFields }) => ({
    converse: {
      ...(messages && { messages }),
      ...(system && { system }),
      ...(toolConfig && { toolConfig }),
      ...(additionalModelRequestFields && { additionalModelRequestFields }),
    },
  }),
  invoke: (body) => ({ invokeModel: { body: Buffer.from(JSON.stringify(body)).toString('base64') } }),
};

/**
 * The model to count with: the one behind an inference profile, because CountTokens accepts no profile ("doesn't
 * support counting tokens"). Only Claude supports counting, so profiles of other vendors are passed to Bedrock
 * unchanged.
 */
export function countedModel(model: string): string {
  return /^(?:arn:[^/]*:inference-profile\/)?[a-z-]+\.(anthropic\..+)$/.exec(model)?.[1] ?? model;
}
