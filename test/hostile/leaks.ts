/**
 * The secrets that stand in this text, as they are or encoded: in JSON, percent-encoded, in hexadecimal or in base64,
 * once or twice over. Decodes whatever in the text may be an encoding, and so shares nothing with how secrets are found
 * in order to be redacted.
 */
export function leaks(text: string, secrets: readonly string[]): string[] {
  const readings = new Set([text]);
  for (let round = 0; round < 2; round++) {
    for (const reading of [...readings]) for (const decoded of decodings(reading)) readings.add(decoded);
  }
  return secrets.filter((secret) => [...readings].some((reading) => reading.includes(secret)));
}

function decodings(text: string): string[] {
  const base64 = text.match(/[\w+/-]{12,}/g) ?? [];
  return [
    text.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))).replace(/\\(.)/g, '$1'),
    text.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
    (text.match(/(?:[0-9a-f]{2}){8,}/gi) ?? []).map((run) => Buffer.from(run, 'hex').toString('latin1')).join(' '),
    // A run may begin with letters that are no part of it.
    ...[0, 1, 2, 3].map((from) => base64.map((run) => Buffer.from(run.slice(from), 'base64').toString('latin1')).join(' ')),
  ];
}
