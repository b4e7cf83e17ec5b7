/** For the tests, which are TypeScript. */
export function isNewer(one: string, other: string): boolean;
