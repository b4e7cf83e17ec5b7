import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page, and the output that the page shows. */
export interface Snippet {
  readonly page: string;
  /** The line of the page on which its code begins. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** The `text` block that follows it, where there is one. */
  readonly prints?: string;
}

const folder = 'docs/cookbook';

/** Every snippet of the cookbook, in the order of its pages. */
export function cookbook(): Snippet[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .flatMap((page) => snippetsOf(page, readFileSync(join(folder, page), 'utf8')));
}

function snippetsOf(page: string, text: string): Snippet[] {
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: code = '' }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    code,
  }));
  return blocks.flatMap((block, index) => {
    if (block.language === 'text') return [];
    const next = blocks[index + 1];
    return [{ ...block, ...(next?.language === 'text' && { prints: next.code }) }];
  });
}
