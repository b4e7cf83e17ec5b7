/**
 * Where a text stops being valid JSON (positions start at 1) and what is wrong there. Quotes at most one character of
 * the text.
 */
export interface JsonDiagnostic {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const space = /[ \t\r\n]*/y;

/**
 * The first error in a text that `JSON.parse` rejects. The parser's own message usually has no position and quotes
 * the surrounding text, which may contain a key.
 */
export function jsonDiagnostic(text: string): JsonDiagnostic {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expected: Expected = 'value';

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const matched = pattern.exec(text)?.[0].length;
    at += matched ?? 0;
    return matched !== undefined;
  };
  const takeCharacter = (character: string | undefined): boolean => {
    if (text[at] !== character || character === undefined) return false;
    at++;
    return true;
  };
  const enter = (character: '{' | '['): boolean => {
    if (!takeCharacter(character)) return false;
    open.push(character);
    return true;
  };
  const closeContainer = (): boolean => {
    if (!takeCharacter(open.at(-1) === '{' ? '}' : ']')) return false;
    open.pop();
    return true;
  };
  /** What may follow once the expected token has been read. `undefined` if the text has something else. */
  const steps: Record<Expected, () => Expected | undefined> = {
    value: () => {
      if (enter('{')) return 'first name';
      if (enter('[')) return 'first value';
      return take(string) || take(scalar) ? 'comma' : undefined;
    },
    'first value': () => (closeContainer() ? 'comma' : steps.value()),
    'first name': () => (closeContainer() ? 'comma' : steps.name()),
    name: () => (take(string) ? 'colon' : undefined),
    colon: () => (takeCharacter(':') ? 'value' : undefined),
    comma: () => {
      const inside = open.at(-1);
      if (inside === undefined) return undefined;
      if (closeContainer()) return 'comma';
      return takeCharacter(',') ? (inside === '{' ? 'name' : 'value') : undefined;
    },
  };
  for (;;) {
    take(space);
    const next: Expected | undefined = steps[expected]();
    if (next === undefined) break;
    expected = next;
  }
  const before = text.slice(0, at);
  const after = expected === 'comma' && open.length === 0 ? 'the end' : expectations[expected];
  return {
    line: before.split('\n').length,
    column: at - before.lastIndexOf('\n'),
    expected: after,
    found: text[at] === undefined ? 'the end of the file' : `\`${text[at]}\``,
    fix: fixes.find(({ is }) => is(before, text.slice(at)))?.fix ?? 'Correct the file at that position.',
  };
}

type Expected = 'value' | 'first value' | 'first name' | 'name' | 'colon' | 'comma';

const expectations: Record<Expected, string> = {
  value: 'a value',
  'first value': 'a value or `]`',
  'first name': 'a name in double quotes or `}`',
  name: 'a name in double quotes',
  colon: '`:`',
  comma: '`,` or the end of the open object or array',
};

/** Common mistakes in hand-written JSON. */
const fixes: readonly { is: (before: string, after: string) => boolean; fix: string }[] = [
  { is: (_, after) => /^\/[/*]/.test(after), fix: 'JSON has no comments. Remove it.' },
  { is: (before, after) => /,\s*$/.test(before) && /^[}\]]/.test(after), fix: 'Remove the comma before it.' },
  { is: (_, after) => after.startsWith("'"), fix: 'JSON requires double quotes.' },
  { is: (_, after) => after === '', fix: 'Something is not closed. Add what is missing.' },
];
