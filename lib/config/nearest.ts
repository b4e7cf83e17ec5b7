/** Up to `count` names that are most similar to this one, nearest first. Leaves out names that are not similar. */
export function nearest(name: string, names: readonly string[], count: number): string[] {
  const target = name.toLowerCase();
  return names
    .map((candidate) => ({ candidate, distance: distanceTo(target, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.ceil(target.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Compares with the whole name and with the part after its last slash, because clients may leave out the provider. */
function distanceTo(target: string, candidate: string): number {
  return Math.min(distance(target, candidate), distance(target, candidate.slice(candidate.lastIndexOf('/') + 1)));
}

/** Levenshtein distance of the first 100 characters. */
function distance(a: string, b: string): number {
  const [left, right] = [a.slice(0, 100), b.slice(0, 100)];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
