// `npm run probe -- URL KEY`: what a deployment does, seen from outside: when tokens arrive, headers, limits, refusals.
import { parseArgs } from 'node:util';
import { bareUrl } from '../lib/client/bare-url.ts';
import { findingText } from './probe/finding.ts';
import { probe } from './probe/probe.ts';

const usage = `npm run probe -- <url> [<key>] [--model <name>]

  <url>   a base URL that npm run deploy printed, or http://127.0.0.1:8787
  <key>   a client key (default: SLUICE_KEY)
`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { model: { type: 'string' } } });
const [url = '', key = process.env.SLUICE_KEY ?? 'none'] = positionals;
if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
  process.stderr.write(usage);
  process.exit(1);
}

let failed = 0;
const deployment = { url: bareUrl(url), key, ...(values.model && { model: values.model }) };
try {
  for await (const finding of probe(deployment)) {
    process.stdout.write(`${findingText(finding)}\n`);
    if (finding.holds === false) failed++;
  }
} catch (thrown) {
  process.stdout.write(`NO  the probe failed: ${(thrown as Error).message}\n`);
  failed++;
}
process.stdout.write(failed === 0 ? 'All checks passed.\n' : `${failed} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
