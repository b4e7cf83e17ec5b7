const durations: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const sizes: Record<string, number> = { b: 1, kb: 1024, mb: 1024 ** 2 };

/** Milliseconds in `250ms`, `5s`, `2m`, `1h`; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  return parse(text, durations);
}

/** Bytes in `512b`, `64kb`, `4.5mb`; `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const bytes = parse(text, sizes);
  return bytes === undefined ? undefined : Math.floor(bytes);
}

function parse(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : units[match[2]];
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}
