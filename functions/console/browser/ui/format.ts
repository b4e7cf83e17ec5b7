/** A duration such as `85 ms`, `0.31 s` or `12.4 s`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** A count such as `128K` or `1.1M`. */
export function compact(count: number): string {
  if (count < 1000) return String(count);
  if (count < 1_000_000) return `${trimmed(count / 1000)}K`;
  return `${trimmed(count / 1_000_000)}M`;
}

const threeDigits = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 });

/** US dollars, with three significant digits below one dollar: `$0.0000425`, `$1.20`. */
export function dollars(usd: number | undefined): string {
  if (usd === undefined) return '–';
  return usd >= 1 ? `$${usd.toFixed(2)}` : threeDigits.format(usd);
}

/** The time of day. */
export function clockTime(time: Date): string {
  return time.toLocaleTimeString('en-GB');
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(value >= 10 ? 0 : 1)));
}
