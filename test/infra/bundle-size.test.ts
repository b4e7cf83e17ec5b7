import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Child, startChild } from '../../tools/bench/child.ts';
import { type Deployed, deploy } from '../../tools/bench/functions/deployed.ts';
import { loadedCode } from '../../tools/bench/functions/loaded.ts';
import { functionRows } from '../../tools/bench/functions/rows.ts';
import type { Row } from '../../tools/bench/rows.ts';

const shape = { tokens: 20, tokensPerWrite: 1, tokensPerSecond: 0 };
let upstream: Child;
let deployed: Deployed;
beforeAll(async () => {
  upstream = await startChild('upstream.ts');
  deployed = await deploy(upstream.url, [shape]);
}, 60_000);
afterAll(async () => {
  await deployed.close();
  await upstream.stop();
});

/** What was really loaded up to the end of the first answer, by part. */
async function loaded(row: Row): Promise<{ bytes: number; parts: string[] }> {
  const { bytes, parts } = await loadedCode(deployed, row, shape);
  return { bytes, parts: parts.map(([name]) => name) };
}

const [overHttp, onBedrock] = [false, true].map((is) => functionRows.filter(({ upstream }) => (upstream === 'bedrock') === is));

test.each(overHttp ?? [])(
  '$name loads less than 320 KB of code for its first answer, with its key from Secrets Manager',
  async (row) => {
    const { bytes, parts } = await loaded(row);
    expect(bytes).toBeLessThan(320_000);
    expect(parts).toEqual(expect.arrayContaining(['hono', 'lib/lambda', 'lib/secrets', 'aws4fetch']));
    expect(parts.filter((part) => /^@(aws-sdk|smithy)\//.test(part))).toEqual([]);
  },
);

test.each(onBedrock ?? [])(
  '$name loads less than 350 KB of code for its first answer, signed without the AWS SDK',
  async (row) => {
    const { bytes, parts } = await loaded(row);
    expect(bytes).toBeLessThan(350_000);
    expect(parts).toEqual(expect.arrayContaining(['hono', 'lib/lambda', 'aws4fetch']));
    expect(parts.filter((part) => /^@(aws-sdk|smithy)\//.test(part))).toEqual([]);
  },
);
