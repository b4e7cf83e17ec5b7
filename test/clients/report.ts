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
  return `# How clients show a broken stream

If Sluice ends a stream as complete, the provider completed it. Any other end is an error in the format of the client's dialect. The tests in \`test/clients\` read a stream in each way below. Each stream breaks with each of the faults below after the first text, and comes from a provider with each of these APIs: ${kinds.join(', ')}. The tests generate this page. They fail if one of these ways ends without an error or if the page is out of date.

Faults: ${faults.join('; ')}.

${table(
  [...heads, 'shows every fault as'],
  rows.map((row) => [...named(row), same(row).join('; ')]),
)}

## Ways that can't show an error

These raise nothing for any error in the stream. Use another way, or \`onError\`.

${table(
  [...heads, 'shows'],
  silent.map((row) => [...named(row), row.shown.finish ?? '']),
)}

The tests run no clients in Java. langchain4j-open-ai 1.19.0 calls \`onError\`, then \`onCompleteResponse\` too, so treat an answer as broken after \`onError\`. It needs the line \`event: error\`. Spring AI 1.1 shows nothing. It raises only if the connection breaks before \`[DONE]\`, and openai-clojure waits forever for a \`[DONE]\` that never comes.

The end of a chat completions stream that they read without an error:

\`\`\`
${proof.trim().replace(/req_\w+/g, 'req_…')}
\`\`\`
`;
}
