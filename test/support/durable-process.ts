import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { configuredStreams } from '../../lib/app/streams.ts';
import { awsAccess } from '../../lib/aws/access.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { serveNode } from '../../lib/http/node-server.ts';
import { fixedKey } from '../../lib/providers/key-source.ts';
import { makeProvider } from '../../lib/providers/make-provider.ts';
import { processClock } from '../../lib/time/clock.ts';

// A gateway in a process of its own, to be killed: `node durable-process.ts <durability> <URL of the provider> <ms>`. Its clock
// is ahead by so many milliseconds, so that leases of processes that were killed before it have expired.
const [durability, baseUrl = '', aheadMs = '0'] = process.argv.slice(2);
const file = 'the test';
const config = checkConfig(
  {
    providers: { lab: { kind: 'openai-compatible', baseUrl, key: { env: 'LAB_KEY' } } },
    models: { continued: { targets: ['lab/m', 'lab/n'], continue: 'text' } },
    streams: { store: 'dynamodb', durability: durability as 'strict' },
  },
  file,
);
const clock = processClock();
const log = () => {};
const access = awsAccess(process.env, clock);
const sluice = createSluice({
  config,
  file,
  clock,
  log,
  providers: new Map([['lab', makeProvider({ name: 'lab', kind: 'openai-compatible', baseUrl, key: fixedKey('key') })]]),
  keys: [{ id: 'key-0', sha256: keyDigest('key-of-alice'), models: ['*'] }],
  streams: configuredStreams(config.streams, {
    access,
    table: process.env.SLUICE_TABLE,
    clock,
    log,
    now: () => Date.now() + Number(aheadMs),
  }),
});
const { url } = await serveNode(allFunctions(sluice), { port: 0, hostname: '127.0.0.1' });
process.stdout.write(`${url}\n`);
