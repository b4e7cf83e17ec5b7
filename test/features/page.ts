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
  /** Why something is lost that nobody is told of. */
  readonly known: readonly string[];
}

const words: { [Is in Cell['is']]: (cell: Extract<Cell, { is: Is }>) => string } = {
  carried: ({ less }) => (less ? `yes, less \`${less}\`` : 'yes'),
  refused: ({ field }) => `400 \`${field}\``,
  'refused by the provider': () => '400 of its own',
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
      : 'Nothing is lost without the caller being told: every cell above is one of these.';
  return `# What reaches whom

Every client here was given every provider, and asked for each feature over HTTP. The tests in \`test/features\` looked at what the provider was sent and at what the client was shown, and wrote this page; they fail when it is no longer true.

- **yes**: the provider was asked for it, and the caller was shown what the provider said, to the letter: text, arguments, reasoning with its signatures, counts.
- **400**: refused before the provider was asked, by the field that cannot be carried.
- **400 of its own**: the provider speaks the caller's dialect, was sent the caller's own words, and refused them itself.
- **dropped**, **less**: left out, because it is a hint that does not change what the answer is; the field is named in the header \`x-sluice-dropped\`.
- **—**: the client's own dialect has no way to ask for it, or to show it.

${tables.join('\n\n')}

## What is lost

${losses}
`;
}
