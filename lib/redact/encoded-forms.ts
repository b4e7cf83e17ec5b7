/**
 * The forms in which a server may send a secret back, longest first: unchanged, inside JSON or percent-encoded (each once
 * or twice), hexadecimal, and base64 at any offset in a longer text (`Basic` credentials).
 */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret.toWellFormed());
  const strict = percent.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const inBase64 = [0, 1, 2].map((before) => base64Core(bytes, before));
  const forms = new Set([
    secret,
    jsonText(secret),
    // Errors quote the JSON body of another error, and URLs inside of URLs.
    jsonText(jsonText(secret)),
    ...[percent, strict, encodeURIComponent(percent)].flatMap((text) => [
      text,
      text.replace(/%../g, (code) => code.toLowerCase()),
    ]),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]);
  return [...forms].sort((one, other) => other.length - one.length);
}

/** The text as it stands inside a JSON string. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The base64 characters that depend only on these bytes, when `before` bytes (modulo 3) precede them. */
function base64Core(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
}
