import { table } from '../support/document.ts';

/** What one surface shows of each fault. */
export interface Row {
  readonly client: string;
  readonly way: string;
  readonly route: string;
  /** By the fault's name: `raises APIError`, `error part`, `onError`. */
  readonly shown: Record<string, string>;
}

export interface Findings {
  readonly faults: readonly string[];
  readonly kinds: readonly string[];
  readonly rows: readonly Row[];
  readonly silent: readonly Row[];
  /** The end of a stream that the silent ones were given. */
  readonly proof: string;
}

/** The page of client surfaces, as Markdown. */
export function report({ faults, kinds, rows, silent, proof }: Findings): string {
  const heads = ['client', 'read by', 'route'];
  const named = (row: Row) => [row.client, `\`${row.way}\``, `\`${row.route}\``];
  const same = (row: Row) => [...new Set(faults.map((fault) => row.shown[fault] ?? ''))];
  return `# How clients show a stream that broke

A stream that Sluice ends as complete was completed by its provider. Every other end is an error, in the form that the caller's client reads. Here each way of reading a stream was given each fault below, after the first text, from a provider that speaks each of these: ${kinds.join(', ')}. The tests that saw it are in \`test/clients\`; they fail when one of these ways ends without an error, and when this page is no longer true.

Faults: ${faults.join('; ')}.

${table(
  [...heads, 'shows every one of them by'],
  rows.map((row) => [...named(row), same(row).join('; ')]),
)}

## Ways that cannot show a failure

These raise nothing, whatever is sent; use one of the others, or \`onError\`.

${table(
  [...heads, 'shows'],
  silent.map((row) => [...named(row), row.shown.finish ?? '']),
)}

The end of a stream of chat completions that they were given and were silent about:

\`\`\`
${proof.trim().replace(/req_\w+/g, 'req_…')}
\`\`\`
`;
}
