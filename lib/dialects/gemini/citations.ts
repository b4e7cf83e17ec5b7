import type { Citation } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';

/** Where Google found something: a web page, a document of the client, a place. */
const kindsOfSource = ['web', 'retrievedContext', 'maps'];

/** The sources of a candidate: grounding, and recitations (which Vertex names differently). */
export function citationsOf(candidate: JsonObject): Citation[] {
  const grounding = strictObject(candidate, 'groundingMetadata') ?? {};
  const chunks = strictObjects(grounding, 'groundingChunks');
  const recited = strictObject(candidate, 'citationMetadata') ?? {};
  return [
    ...chunks.map((chunk) => kindsOfSource.map((kind) => strictObject(chunk, kind)).find((source) => source) ?? {}),
    ...strictObjects(recited, 'citationSources'),
    ...strictObjects(recited, 'citations'),
  ]
    .map(citationOf)
    .filter(({ url, title, text }) => url || title || text);
}

function citationOf(source: JsonObject): Citation {
  const url = strictText(source, 'uri');
  const title = strictText(source, 'title');
  const text = strictText(source, 'text');
  return { ...(url && { url }), ...(title && { title }), ...(text && { text }) };
}
