import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { serveNode } from '../../lib/http/node-server.ts';
import { fixedKey } from '../../lib/providers/key-source.ts';
import { makeProvider } from '../../lib/providers/make-provider.ts';
import { lineWriter } from '../../lib/telemetry/line-writer.ts';
import { reportUsage } from './reporting.ts';
import { clientKey } from './requests.ts';

// The gateway as deployed: with keys, with an access log, with the benchmark's upstream as its provider.

const upstream = process.argv[2] ?? '';
const key = fixedKey('a-key-of-the-upstream');
const providers = [
  makeProvider({ name: 'openai', kind: 'openai', baseUrl: `${upstream}/v1`, key }),
  makeProvider({ name: 'anthropic', kind: 'anthropic', baseUrl: upstream, key }),
  makeProvider({
    name: 'bedrock',
    kind: 'bedrock',
    baseUrl: upstream,
    region: 'us-east-1',
    credentials: { accessKeyId: 'an-access-key', secretAccessKey: 'a-secret' },
    key,
  }),
];
const sluice = createSluice({
  config: checkConfig({}, 'bench'),
  file: 'bench',
  providers: new Map(providers.map((provider) => [provider.name, provider])),
  keys: [{ id: 'bench', sha256: keyDigest(clientKey), models: ['*'] }],
  log: lineWriter(1).write,
});
const { url } = await serveNode(allFunctions(sluice), { port: 0, hostname: '127.0.0.1' });
reportUsage(url);
