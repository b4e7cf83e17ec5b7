import type { Finding } from './finding.ts';

/** Required headers of a streamed response, which prevent buffering and compression on the way. */
const requiredHeaders: readonly (readonly [name: string, value: RegExp])[] = [
  ['content-type', /^(text\/event-stream; charset=utf-8|application\/vnd\.amazon\.eventstream)$/],
  ['cache-control', /no-cache, no-transform/],
  ['x-accel-buffering', /^no$/],
  ['x-request-id', /^req_/],
];

/** Headers that are printed unchanged. */
const shownHeaders = /^(x-sluice-|x-ratelimit-|anthropic-ratelimit-|x-amzn-remapped-|retry-after$)/;

/** Checks the headers of a streamed response and prints the informative ones. */
export function headerFindings(headers: Headers): Finding[] {
  const missing = requiredHeaders.filter(([name, value]) => !value.test(headers.get(name) ?? ''));
  const encoding = headers.get('content-encoding');
  return [
    {
      holds: missing.length === 0,
      text:
        missing.length === 0
          ? 'the headers of the stream are unchanged'
          : `headers changed on the way: ${missing.map(([name]) => name).join(', ')}`,
      fix: 'A proxy rewrites them. Configure it to pass them unchanged.',
    },
    {
      holds: encoding === null,
      text: encoding === null ? 'the stream is not compressed' : `the stream is compressed (${encoding})`,
      fix: 'A proxy compresses the stream and delays tokens to do so. Turn compression off for this host.',
    },
    ...[...headers].filter(([name]) => shownHeaders.test(name)).map(([name, value]) => ({ text: `  ${name}: ${value}` })),
  ];
}
