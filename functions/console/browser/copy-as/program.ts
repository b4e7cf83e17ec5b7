import type { DialectName } from '../../../../lib/client/index.ts';
import type { Wanted } from '../requests/conversation.ts';

/** Writes the page's request as a program. */
export interface Program {
  readonly name: string;
  /** The language for syntax colors. */
  readonly language: string;
  /** The install command, if the program needs packages. */
  readonly install?: string;
  /** `origin` is the gateway's origin. The program reads the key from SLUICE_KEY. */
  write(wanted: Wanted, origin: string, dialect: DialectName): string;
}

/** A value as JavaScript source, indented by `before` spaces. */
export function javascript(value: unknown, before = 0): string {
  const inner = ' '.repeat(before + 2);
  const outer = ' '.repeat(before);
  if (Array.isArray(value) && value.length > 0) {
    return `[\n${value.map((item) => `${inner}${javascript(item, before + 2)},\n`).join('')}${outer}]`;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return '{}';
    const line = ([name, member]: [string, unknown]) => `${inner}${memberName(name)}: ${javascript(member, before + 2)},\n`;
    return `{\n${members.map(line).join('')}${outer}}`;
  }
  return JSON.stringify(value);
}

function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : JSON.stringify(name);
}

/** A value as Python source. */
export function python(value: unknown, before = 0): string {
  const inner = ' '.repeat(before + 4);
  const outer = ' '.repeat(before);
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${inner}${python(item, before + 4)},\n`).join('')}${outer}]`;
  }
  if (typeof value === 'object') {
    const members = Object.entries(value);
    if (members.length === 0) return '{}';
    return `{\n${members.map(([name, member]) => `${inner}${JSON.stringify(name)}: ${python(member, before + 4)},\n`).join('')}${outer}}`;
  }
  return JSON.stringify(value);
}

/** The members of an object as named Python arguments, one per line. */
export function pythonArguments(members: object, before = 4): string {
  return Object.entries(members)
    .map(([name, value]) => `${' '.repeat(before)}${name}=${python(value, before)},\n`)
    .join('');
}
