/**
 * Client families by a prefix or a name in their User-Agent. The first match counts. A program that uses a client
 * library puts its name before or after the library's, so programs come first.
 */
const families: readonly (readonly [family: string, sign: RegExp])[] = [
  ['claude-code', /^claude-(?:cli|code)\b/i],
  ['codex', /^codex/i],
  ['cursor', /^cursor\b/i],
  ['prediction-guard', /^prediction ?guard/i],
  ['ai-sdk', /\bai-sdk\//i],
  ['langchain', /\blangchain/i],
  ['openai-js', /^(?:azure)?openai\/js\b/i],
  ['openai-python', /^(?:async)?(?:azure)?openai\/python\b/i],
  ['anthropic-js', /^anthropic\/js\b/i],
  ['anthropic-python', /^(?:async)?anthropic\/python\b/i],
  ['boto3', /^(?:boto3|botocore)\//i],
  ['aws-sdk', /^aws-sdk-/i],
  ['python-requests', /^python-requests\//i],
  ['httpx', /^python-httpx\//i],
  ['curl', /^curl\//i],
  ['browser', /^mozilla\//i],
  ['node', /^(?:node|undici)\b/i],
];

const maxCharacters = 256;

/** The family of the client with this User-Agent. `other` if unknown, `undefined` if the client sent none. */
export function clientFamily(userAgent: string | undefined): string | undefined {
  if (!userAgent) return undefined;
  const start = userAgent.slice(0, maxCharacters);
  return families.find(([, sign]) => sign.test(start))?.[0] ?? 'other';
}
