import type { Citation } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { objectAt, objectsAt, textAt } from '../../wire/fields.ts';

/** Where Google found something: a page, a document of the caller's own, a place. */
const kindsOfSource = ['web', 'retrievedContext', 'maps'];

/** What a candidate says of its sources: those it was grounded in, and those it recites (named otherwise on Vertex). */
export function citationsOf(candidate: JsonObject): Citation[] {
  const grounding = objectAt(candidate, 'groundingMetadata') ?? {};
  const chunks = objectsAt(grounding, 'groundingChunks');
  const recited = objectAt(candidate, 'citationMetadata') ?? {};
  return [
    ...chunks.map((chunk) => kindsOfSource.map((kind) => objectAt(chunk, kind)).find((source) => source) ?? {}),
    ...objectsAt(recited, 'citationSources'),
    ...objectsAt(recited, 'citations'),
  ]
    .map(citationOf)
    .filter(({ url, title, text }) => url || title || text);
}

function citationOf(source: JsonObject): Citation {
  const url = textAt(source, 'uri');
  const title = textAt(source, 'title');
  const text = textAt(source, 'text');
  return { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
}
