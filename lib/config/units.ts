const durations: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const sizes: Record<string, number> = { mb: 1024 ** 2, kb: 1024, b: 1 };

/** Milliseconds in `250ms`, `5s`, `2m`, `1h`. `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  return parse(text, durations);
}

/** Bytes in `512b`, `64kb`, `4.5mb`. `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const bytes = parse(text, sizes);
  return bytes === undefined ? undefined : Math.floor(bytes);
}

/** Milliseconds in the format of the configuration, in the largest unit with a value of at least one. */
export function durationText(ms: number): string {
  return write(ms, durations);
}

/** Bytes in the format of the configuration. */
export function sizeText(bytes: number): string {
  return write(bytes, sizes);
}

function parse(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : units[match[2]];
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

function write(amount: number, units: Record<string, number>): string {
  const [name = '', unit = 1] = Object.entries(units).find(([, unit]) => amount >= unit) ?? Object.entries(units).at(-1) ?? [];
  return `${Number((amount / unit).toFixed(2))}${name}`;
}
