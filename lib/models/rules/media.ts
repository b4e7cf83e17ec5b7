import type { Message, Part } from '../../stream/request.ts';
import { mapContent, mapParts, withMessages } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Clients' own spellings of media types. */
const sameType: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
};

/** The first bytes of each kind of picture, in base64. Providers compare them with the media type of the request. */
const beginnings: readonly (readonly [base64: string, mediaType: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** The media type of a picture as its bytes have it, else as its standard has it. */
export const mediaTypes: Rule = (request, { requirements }) => {
  if (!requirements.imageTypes) return request;
  const replace = (part: Part): Part => {
    if (part.type === 'tool-result') {
      const content = mapContent(part.content, replace);
      return content === part.content ? part : { ...part, content };
    }
    if (part.type !== 'image' || part.source.kind !== 'base64') return part;
    const bare = (part.source.mediaType.split(';')[0] ?? '').trim().toLowerCase();
    const { data } = part.source;
    const real = beginnings.find(([beginning]) => data.startsWith(beginning))?.[1];
    const mediaType = real ?? (Object.hasOwn(sameType, bare) ? (sameType[bare] ?? bare) : bare);
    return mediaType === part.source.mediaType ? part : { ...part, source: { ...part.source, mediaType } };
  };
  return mapParts(request, replace);
};

/** Media types of documents that are text. */
const isText = /^(text\/|application\/(json|xml|yaml|x-yaml)\b)/i;

/** Documents of text that come as files, where the target has no file for them. */
export const textDocuments: Rule = (request, { requirements }) => {
  const form = requirements.textDocuments;
  if (form === undefined) return request;
  const replace = (part: Part): Part => {
    if (part.type === 'tool-result') {
      const content = mapContent(part.content, replace);
      return content === part.content ? part : { ...part, content };
    }
    if (part.type !== 'document') return part;
    const text = textOf(part.source);
    if (text === undefined) return part;
    const { field, cache, name } = part;
    if (form === 'text') return { field, ...(cache && { cache }), type: 'text', text: name ? `${name}:\n\n${text}` : text };
    return part.source.kind === 'text' ? part : { ...part, source: { kind: 'text', text } };
  };
  return mapParts(request, replace);
};

function textOf(source: Extract<Part, { type: 'document' }>['source']): string | undefined {
  if (source.kind === 'text') return source.text;
  if (source.kind !== 'base64' || !isText.test(source.mediaType)) return undefined;
  return Buffer.from(source.data, 'base64').toString('utf8');
}

/** Where results are text alone, their pictures and documents follow in the user's turn. */
export const resultMedia: Rule = (request, { requirements }) => {
  if (requirements.resultMedia !== 'after') return request;
  const messages = request.messages.map((message): Message => {
    const shown: Part[] = [];
    const content = mapContent(message.content, (part) => {
      if (part.type !== 'tool-result' || part.content.every(({ type }) => type === 'text')) return part;
      shown.push(...part.content.filter(({ type }) => type !== 'text'));
      return { ...part, content: part.content.filter(({ type }) => type === 'text') };
    });
    if (shown.length === 0) return message;
    const results = content.filter(({ type }) => type === 'tool-result');
    return { ...message, content: [...results, ...shown, ...content.filter(({ type }) => type !== 'tool-result')] };
  });
  return withMessages(request, messages);
};

/** Adds text to a turn with a document, if the target requires it. Text in a tool's result doesn't count. */
export const documentText: Rule = (request, { requirements }) => {
  if (requirements.documentText !== 'needed') return request;
  const messages = request.messages.map((message): Message => {
    const document = message.content.find(({ type }) => type === 'document');
    if (!document || message.content.some((part) => part.type === 'text' && part.text.trim() !== '')) return message;
    return { ...message, content: [...message.content, { field: document.field, type: 'text', text: 'See the document.' }] };
  });
  return withMessages(request, messages);
};
