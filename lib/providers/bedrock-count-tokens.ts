import type { JsonObject } from '../stream/json.ts';
import type { BedrockOperation } from './bedrock-signing.ts';

/** The ways to ask for an answer, of which each has a form in which its tokens are counted. */
export type Invocation = Exclude<BedrockOperation, 'count'>;

/** The request of such an invocation, as Bedrock's CountTokens takes it. */
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
 * The model for which Bedrock counts: the one behind an inference profile, since it takes no profile of its own for a
 * count ("doesn't support counting tokens"). Only Claude can be counted, so other makers' profiles are left to Bedrock.
 */
export function countedModel(model: string): string {
  return /^(?:arn:[^/]*:inference-profile\/)?[a-z-]+\.(anthropic\..+)$/.exec(model)?.[1] ?? model;
}
