import type { GatewayRequest } from '../../gateway/gateway-request.ts';
import type { Message, ModelRequest, Part } from '../../stream/request.ts';

/** Bytes per token. Texts in few languages have fewer. Code and JSON have about this many. */
const bytesPerToken = 3;
/** A picture of 400 KB in base64 counts as about as many tokens as providers count for a large one. */
const mediaCharactersPerToken = 300;

/**
 * The model reads every byte of these types, so counting them like pictures would reserve a hundredth of their
 * tokens.
 */
const isText = /^text\//i;

/** The number of tokens that a request may use. */
export interface Estimate {
  readonly input: number;
  readonly output: number;
}

/**
 * Estimates the tokens of a request before anything is counted. The prompt counts as a third of its body's bytes
 * (pictures and documents as a three-hundredth, except for plain text documents). The answer counts as its output
 * limit, times the number of answers. The prompt is an estimate, the answer an upper bound. The provider's own counts
 * replace both later.
 */
export function estimateOf({ request }: GatewayRequest): Estimate {
  const media = mediaCharacters([request.messages, ...(request.furtherPrompts ?? [])].flat());
  const text = Math.max(0, Buffer.byteLength(JSON.stringify(request.body)) - media);
  return {
    input: Math.ceil(text / bytesPerToken) + Math.ceil(media / mediaCharactersPerToken),
    output: (request.parameters.maxOutputTokens ?? 0) * answersOf(request),
  };
}

/**
 * The number of answers that the provider will generate: per prompt, as many as requested or as many as it chooses
 * the best from.
 */
function answersOf({ furtherPrompts = [], parameters: { choices = 1, textCompletion } }: ModelRequest): number {
  const made = textCompletion?.best_of;
  return (furtherPrompts.length + 1) * Math.max(choices, typeof made === 'number' ? made : 1);
}

function mediaCharacters(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + mediaIn(content), 0);
}

function mediaIn(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.type === 'tool-result') return sum + mediaIn(part.content);
    if (part.type !== 'image' && part.type !== 'document') return sum;
    const { source } = part;
    return source.kind === 'base64' && !isText.test(source.mediaType) ? sum + source.data.length : sum;
  }, 0);
}
