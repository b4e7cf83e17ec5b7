import type { ProviderSummary } from '../../lib/app/provider-summary.ts';
import type { ResolvedConfig, ResolvedModel } from '../../lib/app/resolved-config.ts';
import { durationText, sizeText } from '../../lib/config/units.ts';

/** A resolved configuration as text for a person. */
export function configReport(resolved: ResolvedConfig, file: string): string {
  const { models, providers, keys, whenDeployed } = resolved;
  return [
    `${file} is valid.`,
    section('Models', models.flatMap(modelLines), 'none. Use provider/model as the model name'),
    section('Providers', columns(providers.map(providerCells)), 'none yet. Set an API key in the environment to add one'),
    section('Client keys', columns(keys.map(keyCells)), 'none. Only this machine can connect'),
    section('Caps', columns(capCells(resolved))),
    ...(whenDeployed.length > 0 ? [section('Only when deployed', whenDeployed)] : []),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[], otherwise = 'none'): string {
  return [title, ...(lines.length > 0 ? lines : [otherwise]).map((line) => `  ${line}`)].join('\n');
}

function modelLines(model: ResolvedModel): string[] {
  const { name, targets, totalMs, retries, hedgeAfterMs, continueText } = model;
  const policy = [
    `${durationText(totalMs)} in total`,
    retries === 1 ? '1 retry' : `${retries} retries`,
    ...(hedgeAfterMs === undefined ? [] : [`hedges to the next target after ${durationText(hedgeAfterMs)}`]),
    ...(continueText ? ['continues on the next target after a failure'] : []),
  ];
  const lines = targets.map(({ target, timeouts: { connect, firstContent, idle }, prefill }, index) => [
    `  ${index + 1}.`,
    target,
    `connect ${durationText(connect)}, first content ${durationText(firstContent)}, idle ${durationText(idle)}${prefill ? ', prefill' : ''}`,
  ]);
  return [`${name}: ${policy.join(', ')}`, ...columns(lines)];
}

function providerCells({ name, kind, baseUrl, region, variable, secret, deployedSecret }: ProviderSummary): string[] {
  const where = baseUrl ?? region ?? (kind === 'bedrock' ? 'AWS_REGION' : '');
  if (kind === 'bedrock') return [name, kind, where, 'AWS credentials here, the function role when deployed'];
  const here = secret === undefined ? variable : `secret ${secret}`;
  const key = [here && `${here} here`, deployedSecret && `secret ${deployedSecret} when deployed`].filter(Boolean).join(', ');
  return [name, kind, where, key === '' ? 'no key' : `key: ${key}`];
}

function keyCells({ id, models, limits = {}, expires, disabled, durability }: ResolvedConfig['keys'][number]): string[] {
  const limitTexts = Object.entries(limits).map(([name, limit]) => `${name} ${limit}`);
  const state = [
    ...(disabled ? ['disabled'] : []),
    ...(durability === 'none' ? ['stores nothing'] : []),
    ...(expires === undefined ? [] : [`until ${new Date(expires).toISOString()}`]),
  ];
  return [
    id,
    models.includes('*') ? 'all models' : models.join(', '),
    limitTexts.length > 0 ? limitTexts.join(', ') : 'no limits',
    ...state,
  ];
}

function capCells({ caps: { outputTokens, bodyLimitBytes } }: ResolvedConfig): string[][] {
  const most = outputTokens.limit === null ? 'no limit' : `at most ${outputTokens.limit}`;
  return [
    ['output tokens', `${most}, ${outputTokens.default} by default`],
    ['request body', `at most ${sizeText(bodyLimitBytes)}`],
  ];
}

/** Aligns cells in columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
