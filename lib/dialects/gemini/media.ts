import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Part } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';

/** Media types by file extension, because Google requires one. */
const typesByEnding: Readonly<Record<string, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
};

/** The most common types, for a URL without a known extension. */
const usualTypes = { image: 'image/jpeg', document: 'application/pdf' } as const;

/**
 * An image or a document inline; one at an https URL is fetched by Google.
 * Throws `unsupported_parameter` for any other URL, and for an image of text.
 */
export function mediaOf({ type, field, source }: Extract<Part, { type: 'image' | 'document' }>): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case 'text':
      if (type === 'image') throw unsupported(field);
      return { inlineData: { mimeType: 'text/plain', data: Buffer.from(source.text).toString('base64') } };
    case 'url': {
      if (!/^https:\/\//i.test(source.url)) throw unsupported(field);
      const [, ending = ''] = /\.(\w+)(?:[?#].*)?$/.exec(source.url) ?? [];
      const known = Object.hasOwn(typesByEnding, ending.toLowerCase()) ? typesByEnding[ending.toLowerCase()] : undefined;
      return { fileData: { mimeType: known ?? usualTypes[type], fileUri: source.url } };
    }
  }
}

/** Sound in OpenAI's form, which the vocabulary has no word for, as Gemini takes it. */
export function soundOf(value: Json): JsonObject | undefined {
  if (!isObject(value) || value.type !== 'input_audio' || !isObject(value.input_audio)) return undefined;
  const { data, format } = value.input_audio;
  if (typeof data !== 'string' || typeof format !== 'string') return undefined;
  return { inlineData: { mimeType: `audio/${format}`, data } };
}
