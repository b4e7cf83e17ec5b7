import type { Source } from '../stream/request.ts';
import { unsupported } from './map-parameters.ts';

/** The source in a URL: bytes for a base64 `data:` URL, otherwise the URL itself. `undefined` for other schemes. */
export function sourceOf(url: string): Source | undefined {
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const comma = url.indexOf(',');
  // Parameters such as a charset or a name may precede `base64`.
  const head = /^data:([^;,]+)(?:;[^;,]+)*;base64$/i.exec(url.slice(0, comma));
  return head?.[1] ? { kind: 'base64', mediaType: head[1].toLowerCase(), data: url.slice(comma + 1) } : undefined;
}

/** The URL of a source. Throws `unsupported_parameter` with the field name for plain text, which is not an image. */
export function urlOf(source: Source, field: string): string {
  if (source.kind === 'text') throw unsupported(field);
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}
