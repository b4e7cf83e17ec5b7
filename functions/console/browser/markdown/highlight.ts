import bash from '@speed-highlight/core/languages/bash.js';
import c from '@speed-highlight/core/languages/c.js';
import css from '@speed-highlight/core/languages/css.js';
import diff from '@speed-highlight/core/languages/diff.js';
import go from '@speed-highlight/core/languages/go.js';
import html from '@speed-highlight/core/languages/html.js';
import java from '@speed-highlight/core/languages/java.js';
import js from '@speed-highlight/core/languages/js.js';
import json from '@speed-highlight/core/languages/json.js';
import py from '@speed-highlight/core/languages/py.js';
import rs from '@speed-highlight/core/languages/rs.js';
import sql from '@speed-highlight/core/languages/sql.js';
import ts from '@speed-highlight/core/languages/ts.js';
import xml from '@speed-highlight/core/languages/xml.js';
import yaml from '@speed-highlight/core/languages/yaml.js';
import { type ShjLanguageData, tokenizeWith } from '@speed-highlight/core/tokenize';
import { element } from '../ui/element.ts';

const languages: Readonly<Record<string, ShjLanguageData>> = {
  bash,
  c,
  css,
  diff,
  go,
  html,
  java,
  js,
  json,
  py,
  rs,
  sql,
  ts,
  xml,
  yaml,
};

const otherNames: Readonly<Record<string, string>> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  cpp: 'c',
  javascript: 'js',
  jsx: 'js',
  mjs: 'js',
  typescript: 'ts',
  tsx: 'ts',
  python: 'py',
  rust: 'rs',
  golang: 'go',
  yml: 'yaml',
  jsonc: 'json',
};

/** Longer code has no colours. */
const maxCharacters = 50_000;

/** The code with its tokens as spans. A language that is not known stays plain. */
export function highlighted(code: string, language: string): Node[] {
  const name = language.toLowerCase();
  const known = otherNames[name] ?? name;
  const grammar = Object.hasOwn(languages, known) ? languages[known] : undefined;
  if (!grammar || code.length > maxCharacters) return [document.createTextNode(code)];
  const nodes: Node[] = [];
  tokenizeWith(
    code,
    grammar,
    (text, token) => {
      if (text) nodes.push(token ? element('span', { class: `token-${token}` }, text) : document.createTextNode(text));
    },
    { languages },
  );
  return nodes;
}
