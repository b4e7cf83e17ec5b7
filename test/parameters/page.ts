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

The parameters that clients can send besides the conversation, their names in each dialect, and how each provider receives them. The tests in \`test/parameters\` generate this page from the dialects. They fail if the page is out of date.

## Parameters by client dialect

Sluice checks the ranges below before it calls a provider. A value out of range is a 400 that names the field. Without a range here, the provider checks the value. Without an output limit, a response has at most 8192 tokens (or the operator's \`maxOutputTokens\`, if that is lower). \`null\` means the same as a missing field.

“If unsupported” is what happens when a provider does not support the parameter. **400**: the parameter changes the result, so Sluice rejects the request. **dropped**: the parameter is a hint, so Sluice drops it and names it in the header \`x-sluice-dropped\`.

${table(['', 'if unsupported', ...callers.map(({ name }) => name)], spelled)}

## Parameters by provider

Each cell shows one parameter from a client of another dialect. **default**: the provider already behaves this way, so the request needs no field. **listed**: Sluice lowered the value and names it in \`x-sluice-dropped\`. **same dialect only**: clients of the provider's own dialect can use the parameter, and Sluice passes it unchanged. For other clients the first part of the cell applies. The part after “=” is the value in the upstream request, if it differs from the client's value.

${towards(findings, overHttp)}

## Bedrock models (Converse)

${towards(findings, byConverse)}

## Bedrock models (InvokeModel)

${towards(findings, byInvoke)}

## Providers with the OpenAI API

This table shows only the differences from the OpenAI column above.

${table(
  ['provider', 'differences'],
  likeOpenai.map((asked) => [`\`${asked.name}\``, quirks(findings, asked) || 'none']),
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
  return callers.some((caller) => isCarriedForItsOwn(asked, variant, caller)) ? `${what}; same dialect only` : what;
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
