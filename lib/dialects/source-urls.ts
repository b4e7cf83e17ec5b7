import type { Source } from '../stream/request.ts';
import { unsupported } from './map-parameters.ts';

/** What a URL gives: bytes where it is a `data:` URL in base64, else the URL itself; `undefined` for other schemes. */
export function sourceOf(url: string): Source | undefined {
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const comma = url.indexOf(',');
  // Parameters such as a charset or a name may stand between the type and `base64`.
  const head = /^data:([^;,]+)(?:;[^;,]+)*;base64$/i.exec(url.slice(0, comma));
  return head?.[1] ? { kind: 'base64', mediaType: head[1].toLowerCase(), data: url.slice(comma + 1) } : undefined;
}

/** The URL for a source. Throws `unsupported_parameter` naming the field for plain text, which is no picture. */
export function urlOf(source: Source, field: string): string {
  if (source.kind === 'text') throw unsupported(field);
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}
