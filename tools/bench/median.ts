/** The median of the numbers. NaN for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const below = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  const above = sorted[sorted.length >> 1] ?? Number.NaN;
  return (below + above) / 2;
}
