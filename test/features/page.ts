import { table } from '../support/document.ts';
import type { Cell } from './cell.ts';
import type { FeatureClient } from './clients.ts';
import type { AskedProvider } from './lab.ts';

export interface FeatureFindings {
  readonly features: readonly string[];
  readonly rows: readonly {
    readonly client: FeatureClient;
    readonly providers: readonly { readonly provider: AskedProvider; readonly cells: readonly Cell[] }[];
  }[];
  /** Why something is lost without a notice. */
  readonly known: readonly string[];
}

const words: { [Is in Cell['is']]: (cell: Extract<Cell, { is: Is }>) => string } = {
  carried: ({ less }) => (less ? `yes, less \`${less}\`` : 'yes'),
  refused: ({ field }) => `400 \`${field}\``,
  'refused by the provider': () => '400 from the provider',
  dropped: ({ field }) => `dropped: \`${field}\``,
  unsayable: () => '—',
  lost: () => 'lost, see below',
};

function said(cell: Cell): string {
  const word = words[cell.is] as (cell: Cell) => string;
  return word(cell);
}

/** The page of features, as Markdown: a table for each client. */
export function featurePage({ features, rows, known }: FeatureFindings): string {
  const tables = rows.map(({ client, providers }) => {
    const lines = providers.map(({ provider, cells }) => [provider.name, ...cells.map(said)]);
    return `## ${client.name}\n\n${table(['provider', ...features], lines)}`;
  });
  const losses =
    known.length > 0
      ? known.map((reason) => `- ${reason}`).join('\n')
      : 'Nothing is lost silently. Every cell above is one of these results.';
  return `# Features by client and provider

The tests in \`test/features\` send each feature from every client to every provider over HTTP. They check the upstream request and the response that the client receives, and they generate this page. They fail if the page is out of date.

- **yes**: the upstream request has the feature, and the client receives exactly what the provider sent, including text, arguments, reasoning with signatures and token counts. One exception is Gemini's signature at the end of an answer, which Messages clients don't get. Claude Code would print such an answer as empty.
- **400**: Sluice rejects the request before it calls the provider. The error names the unsupported field.
- **400 from the provider**: the provider uses the client's dialect, received the client's fields unchanged and rejected them.
- **dropped**, **less**: Sluice drops a hint that does not change the result. The header \`x-sluice-dropped\` names the field.
- **—**: the client's dialect can't request or show the feature.

${tables.join('\n\n')}

## What is lost

${losses}
`;
}
