import type { ProviderDialect } from '../../../lib/dialects/dialect.ts';
import type { Translation } from '../../support/translate.ts';
import type { Format } from '../../support/truth/truth-of.ts';
import type { Answer, Item, Style } from '../answer.ts';

/** How the providers of one kind write answers. */
export interface Wire {
  readonly name: string;
  readonly format: Format;
  readonly wire: Translation['wire'];
  readonly provider: ProviderDialect;
  /** What it has a word for. */
  readonly says: ReadonlySet<Item['kind']>;
  /** Several choices in one answer. */
  readonly manyChoices: boolean;
  /** Reasoning may be signed. */
  readonly signs: boolean;
  /** The whole stream, written with nothing of the product. */
  write(answer: Answer): Buffer;
}

/** Lines of server-sent events in this style. */
export function sse(frames: readonly { event?: string; data: string }[], { lineEnd, comments, tight }: Style): Buffer {
  const space = tight ? '' : ' ';
  const written = frames.map(({ event, data }, at) => {
    const comment = comments && at % 3 === 1 ? `: keep-alive${lineEnd}${lineEnd}` : '';
    return `${comment}${event ? `event:${space}${event}${lineEnd}` : ''}data:${space}${data}${lineEnd}${lineEnd}`;
  });
  return Buffer.from(written.join(''));
}

export const everything: ReadonlySet<Item['kind']> = new Set(['text', 'reasoning', 'refusal', 'redacted', 'tool']);
