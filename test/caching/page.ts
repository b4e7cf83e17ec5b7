import { table } from '../support/document.ts';

export interface CachingFindings {
  readonly places: readonly string[];
  /** For each client: for each provider, what becomes of a mark at each place. */
  readonly marks: readonly { readonly title: string; readonly rows: readonly (readonly string[])[] }[];
  /** For each client: where it sees tokens read from the cache, and tokens written into it. */
  readonly usage: readonly (readonly string[])[];
}

/** The page on prompt caching, as Markdown. */
export function cachingPage({ places, marks, usage }: CachingFindings): string {
  const tables = marks.map(({ title, rows }) => `## ${title}\n\n${table(['provider', ...places], rows)}`);
  return `# Prompt caching

Some providers cache a prompt up to a mark that the client sets. Others cache by themselves and need no mark. Sluice carries a mark to every provider that has a form for it. It drops the others and lists them in \`x-sluice-dropped\`. A mark is a hint, so it never causes an error.

The tests in \`test/caching\` send each mark from each client to each provider and read the upstream request. They generate this page and fail if it is out of date.

- **\`cache_control\`**, **\`cachePoint\`**: the upstream request has the mark in this form, with the client's \`ttl\`.
- **dropped**: the header \`x-sluice-dropped\` names the field.
- **—**: the client's dialect has no mark for this place.

Anthropic and Bedrock accept four marks. Sluice drops and lists the marks after the fourth. OpenAI Responses clients and text completion clients have no marks. OpenAI's \`prompt_cache_key\` is on the page about [parameters](parameters.md).

${tables.join('\n\n')}

## Cached tokens in usage

Clients see the provider's counts in the members of their own dialect. OpenAI and Gemini don't report tokens that they write into the cache. A count that the provider didn't send is left out.

${table(['client', 'tokens read from the cache', 'tokens written into the cache'], usage)}
`;
}
