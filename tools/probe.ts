// `npm run probe -- <url> [<key>]`: checks a deployment from outside: token timing, headers, limits, rejections.
import { readCommandLine, runCommand, UsageError } from '../lib/app/command-line.ts';
import { bareUrl } from '../lib/client/bare-url.ts';
import { findingText } from './probe/finding.ts';
import { probe } from './probe/probe.ts';

const help = `npm run probe -- <url> [<key>] [--model <name>]

Checks from outside that a deployment streams, authenticates, refuses and, if durable streams are on, stores as it should.

  <url>    a base URL that npm run deploy printed, or http://127.0.0.1:8787
  <key>    a client key, or SLUICE_KEY
  --model  the model to call. By default, the first one that is listed

Examples
  npm run probe -- http://127.0.0.1:8787
  SLUICE_KEY=... npm run probe -- https://abc.lambda-url.us-east-1.on.aws
`;

async function main(): Promise<number> {
  const options = { model: { type: 'string' } } as const;
  const { values, positionals } = readCommandLine(process.argv.slice(2), { help, options, positionals: { min: 1, max: 2 } });
  const [url = '', key = process.env.SLUICE_KEY ?? 'none'] = positionals;
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) throw new UsageError(`expected a URL, found ${JSON.stringify(url)}`);
  let failed = 0;
  const deployment = { url: bareUrl(url), key, ...(values.model && { model: values.model }) };
  try {
    for await (const finding of probe(deployment)) {
      process.stdout.write(`${findingText(finding)}\n`);
      if (finding.holds === false) failed++;
    }
  } catch (thrown) {
    process.stdout.write(`NO  the probe broke off: ${(thrown as Error).message}\n`);
    failed++;
  }
  process.stdout.write(failed === 0 ? 'Every check passed.\n' : `${failed} of these checks failed.\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await runCommand('npm run probe', main);
