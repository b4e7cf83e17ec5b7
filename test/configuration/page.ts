import { table } from '../support/document.ts';
import { descriptions } from './descriptions.ts';
import { configFields, type Field } from './fields.ts';

/** `docs/configuration.md`: every field of the schema, with the descriptions. */
export function configurationPage(): string {
  const fields = configFields();
  const groups = [...new Set(fields.map(({ path }) => path.split(/[.[]/)[0] ?? ''))];
  const sections = groups.map((group) => {
    const own = fields.filter(({ path }) => path === group || path.startsWith(`${group}.`) || path.startsWith(`${group}[`));
    return `## ${group}\n\n${table(['field', 'value', 'default', 'what it does'], own.map(row))}`;
  });
  return `# Configuration

\`sluice.config.ts\` default-exports \`defineConfig({ … })\`. It is data. Functions, the CDK stack and the dev server read the same file. JSON of the same shape works too: set \`SLUICE_CONFIG\` to its path, and point your editor to [sluice.schema.json](sluice.schema.json).

\`npm run check:config\` prints what a configuration comes to, and every error with its fix. Every field is optional unless its parent needs it. Durations look like \`"250ms"\`, \`"5s"\` or \`"2m"\`.

${sections.join('\n\n')}

The tests in \`test/configuration\` generate this page from the schema. They fail if the page is out of date or a field has no description.
`;
}

function row({ path, expected, default: value }: Field): string[] {
  const { about = '', where, example } = descriptions[path] ?? {};
  const scope = where === undefined ? '' : ` Only ${where === 'deployed' ? 'when deployed' : 'in development'}.`;
  const shown = example === undefined ? '' : ` Example: \`${example}\``;
  const preset = value === undefined || JSON.stringify(value) === '{}' ? '' : `\`${JSON.stringify(value)}\``;
  return [`\`${path}\``, expected, preset, about + scope + shown].map((cell) => cell.replaceAll('|', '\\|'));
}
