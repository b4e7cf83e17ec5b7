import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Found {
  /** `lib/wire/sse.ts: /[\r\n]/` */
  readonly title: string;
  readonly file: string;
  readonly pattern: RegExp;
}

/** Every regular expression that is written in the source files of these folders. */
export function regularExpressions(...folders: string[]): Found[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .flatMap((file) => {
        const path = join(folder, file);
        return literals(readFileSync(path, 'utf8')).map((literal) => ({
          title: `${path}: ${literal}`,
          file: path,
          pattern: toRegExp(literal),
        }));
      }),
  );
}

/** Tokens of code, by the first match: comments, texts, templates, regular expressions, words, the rest. */
const tokens =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*|`|\$\{|[\w$]+|\s+|[\s\S]/g;

/** After these a slash divides; after all else it begins a regular expression. */
const endsValue = /^(?:[\w$]+|[)\]}]|'.*'|".*"|`)$/;
const wordsBeforeValues = new Set(['return', 'typeof', 'case', 'in', 'of', 'void', 'delete', 'else', 'do', 'await', 'yield']);

function literals(source: string): string[] {
  const found: string[] = [];
  let before = '';
  // Brace depths at which each open template continues.
  const templates: number[] = [];
  let braces = 0;
  tokens.lastIndex = 0;
  for (let at = 0; at < source.length; ) {
    tokens.lastIndex = at;
    let token = tokens.exec(source)?.[0] ?? '';
    if (token === '' || /^\s/.test(token) || token.startsWith('//') || token.startsWith('/*')) {
      at += Math.max(token.length, 1);
      continue;
    }
    if (token.length > 1 && token.startsWith('/')) {
      if (endsValue.test(before) && !wordsBeforeValues.has(before)) token = '/';
      else found.push(token);
    }
    at += token.length;
    if (token === '{') braces++;
    if (token === '}') braces--;
    const resumes = token === '}' && templates.at(-1) === braces;
    if (resumes) templates.pop();
    if (token === '`' || resumes) {
      at = endOfTemplateText(source, at);
      if (source.startsWith('${', at)) {
        templates.push(braces);
        braces++;
        at += 2;
        before = '(';
        continue;
      }
      at++;
      token = '`';
    }
    before = token;
  }
  return found;
}

/** Where the text of a template that begins here ends: at its backtick, or at a value inside it. */
function endOfTemplateText(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '`' && !source.startsWith('${', at)) at += source[at] === '\\' ? 2 : 1;
  return at;
}

function toRegExp(literal: string): RegExp {
  const end = literal.lastIndexOf('/');
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
}
