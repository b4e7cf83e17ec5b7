import { table } from '../support/document.ts';
import type { Caller, Name } from './callers.ts';
import { isCarriedForItsOwn, said, told } from './outcome.ts';
import type { PreparedRequest, Variant } from './parameter-cases.ts';

export interface ParameterFindings {
  readonly names: readonly Name[];
  readonly whenMissing: (name: Name) => '400' | 'dropped';
  readonly callers: readonly Caller[];
  readonly variants: readonly Variant[];
  readonly overHttp: readonly PreparedRequest[];
  readonly byConverse: readonly PreparedRequest[];
  readonly byInvoke: readonly PreparedRequest[];
  readonly likeOpenai: readonly PreparedRequest[];
}

/** The page of parameters, as Markdown. */
export function parametersPage(findings: ParameterFindings): string {
  const { names, whenMissing, callers, overHttp, byConverse, byInvoke, likeOpenai } = findings;
  const spelled = names.map((name) => [
    `**${words(name)}**`,
    whenMissing(name),
    ...callers.map((caller) => {
      const found = said(caller, name);
      if (!found) return '—';
      const notes = [found.range, found.usual && `default ${found.usual}`].filter(Boolean);
      return `\`${found.spelled}\`${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
    }),
  ]);
  return `# Parameters

What callers may ask for beside the conversation, what it is called, and what becomes of it at each provider. The tests in \`test/parameters\` ask the dialects themselves and write this page; they fail when it is no longer true.

## What callers say

Ranges are those that are checked here, before any provider is asked: a value outside is a 400 that names the field. Where none stands, the provider has the word. Without a limit of tokens an answer has 8192, or the operator's \`maxOutputTokens\` if that is less. \`null\` is the same as nothing.

“Where missing” is what happens at a provider that has no word for it: **400**, because it changes what the answer is; **dropped**, because it is a hint, and named in the header \`x-sluice-dropped\`.

${table(['', 'where missing', ...callers.map(({ name }) => name)], spelled)}

## What providers are told

Each parameter alone, from a caller of another dialect. **as it is**: nothing needs to be said, because that is how the provider behaves. **listed**: a value that was lowered is named in \`x-sluice-dropped\`. **its own callers’ alone**: only a caller of the same dialect can ask for it, whose words go on as they came; for others it is what stands before. What stands after “=” is what is written, where that is not the caller's own value.

${towards(findings, overHttp)}

## What models on Bedrock are told, by Converse

${towards(findings, byConverse)}

## What models on Bedrock are told, by InvokeModel

${towards(findings, byInvoke)}

## Providers that are asked as OpenAI is

Only what differs from OpenAI's column above.

${table(
  ['provider', 'what differs'],
  likeOpenai.map((asked) => [`\`${asked.name}\``, quirks(findings, asked) || 'nothing']),
)}
`;
}

function towards({ variants, callers }: ParameterFindings, providers: readonly PreparedRequest[]): string {
  return table(
    ['', ...providers.map(({ name }) => name)],
    variants.map((variant) => [label(variant), ...providers.map((asked) => cell(asked, variant, callers))]),
  );
}

function cell(asked: PreparedRequest, variant: Variant, callers: readonly Caller[]): string {
  const what = told(asked, variant);
  if (what !== '400' && what !== 'dropped') return what;
  return callers.some((caller) => isCarriedForItsOwn(asked, variant, caller)) ? `${what}; its own callers’ alone` : what;
}

function quirks({ variants, overHttp }: ParameterFindings, asked: PreparedRequest): string {
  const [openai] = overHttp;
  return variants
    .flatMap((variant) => {
      const what = told(asked, variant);
      return openai && told(openai, variant) !== what ? [`${label(variant)} ${what}`] : [];
    })
    .join('; ');
}

function label({ name, value }: Variant): string {
  return `**${words(name)}**${value ? `, ${value}` : ''}`;
}

/** `maxOutputTokens` as words. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/ ([pk])$/, (_, letter: string) => ` ${letter}`);
}
