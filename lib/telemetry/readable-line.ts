import { parseJsonObject } from '../stream/json.ts';

const colours = { dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

function paint(colour: keyof typeof colours, text: string): string {
  return `\u001b[${colours[colour]}m${text}\u001b[0m`;
}

/** A line of the log for a person at a terminal, in colour. Any other text stays as it is. */
export function readableLine(line: string): string {
  const entry = parseJsonObject(line);
  if (entry?.level === 'warn' && typeof entry.error === 'string') {
    const { ts, msg, error } = entry;
    return `${paint('dim', String(ts).slice(11, 19))}  ${paint('yellow', `${msg}: ${error}`)}`;
  }
  if (entry?.msg !== 'access') return line;
  const { ts, status, outcome, route, alias, provider, upstream_model: model, error, client, fault_source: source } = entry;
  const target = provider ? `${provider}/${model}` : '';
  const served = [alias, target !== alias && target].filter(Boolean).join(paint('dim', ' > '));
  const isOk = outcome === 'ok';
  const colour = isOk ? 'green' : source === 'client' || source === 'rejected' ? 'yellow' : 'red';
  const parts = [
    paint('dim', String(ts).slice(11, 19)),
    paint(colour, `${status} ${isOk ? 'ok' : outcome}`),
    paint('cyan', String(route)),
    served,
    ...figures(entry),
    client ? paint('dim', String(client)) : '',
    !isOk && error ? paint(colour, String(error)) : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** Time to first token, total time, tokens and their rate, and the cost, as far as they are known. */
function figures(entry: Readonly<Record<string, unknown>>): string[] {
  const { ttft_ms: first, total_ms: total, output_tokens: output, cost_usd: cost } = entry;
  const seconds = (ms: unknown) => `${(Number(ms) / 1000).toFixed(2)} s`;
  const isStream = typeof first === 'number' && typeof total === 'number' && total > first;
  return [
    typeof first === 'number' ? `first token ${seconds(first)}` : '',
    typeof total === 'number' ? `total ${seconds(total)}` : '',
    typeof output === 'number' ? `${output} tokens` : '',
    typeof output === 'number' && isStream ? `${Math.round((output * 1000) / (total - first))}/s` : '',
    typeof cost === 'number' ? `$${cost.toFixed(6)}` : '',
  ];
}
