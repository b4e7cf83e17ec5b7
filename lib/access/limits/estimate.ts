import type { GatewayRequest } from '../../gateway/gateway-request.ts';
import type { Message, ModelRequest, Part } from '../../stream/request.ts';

/** Texts of few languages have fewer bytes to a token than this; code and JSON have about so many. */
const bytesPerToken = 3;
/** A picture of 400 KB, in base64, is taken for about as many tokens as the providers count for a large one. */
const mediaCharactersPerToken = 300;

/** The model reads every byte of these, and would be asked for a hundred times as many tokens as were reserved. */
const isText = /^text\//i;

/** How many tokens a request may use. */
export interface Estimate {
  readonly input: number;
  readonly output: number;
}

/**
 * What a request may use, before anybody has counted: for its prompt a third of its body's bytes (a three-hundredth of
 * what is pictures and documents in it, but for those that are plain text), and for its answer all that it may have, for every answer that it asks for.
 * The first is an estimate and the second a bound; the provider's own counts take the place of both when they are there.
 */
export function estimateOf({ request }: GatewayRequest): Estimate {
  const media = mediaCharacters([request.messages, ...(request.furtherPrompts ?? [])].flat());
  const text = Math.max(0, Buffer.byteLength(JSON.stringify(request.body)) - media);
  return {
    input: Math.ceil(text / bytesPerToken) + Math.ceil(media / mediaCharactersPerToken),
    output: (request.parameters.maxOutputTokens ?? 0) * answersOf(request),
  };
}

/** How many answers the provider will make: to each prompt, and for each as many as were asked for or chosen from. */
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
