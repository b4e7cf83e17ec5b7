import { ask, type Deployment, type Family, families } from './deployment.ts';
import type { Finding } from './finding.ts';

/** Of a key: in the AWS dialects it is a 403. */
const refusals: ReadonlySet<number> = new Set([401, 403]);

/** Which families are served here, and whether a request without a key, or with a wrong one, is refused. */
export async function accessFindings(deployment: Deployment): Promise<{ served: Family[]; findings: Finding[] }> {
  const served: Family[] = [];
  const findings: Finding[] = [];
  for (const family of families) {
    const refused = {
      without: await statusOf(deployment, family),
      wrong: await statusOf(deployment, family, 'not-a-key-of-anybody'),
    };
    if (refused.without === 404) continue;
    served.push(family);
    const holds = refusals.has(refused.without) && refusals.has(refused.wrong);
    findings.push({
      holds,
      text: `${family.name}: ${refused.without} without a key, ${refused.wrong} with a wrong key`,
      fix: 'Anybody who finds the URL can spend your money. Create client keys: npm run keys -- create.',
    });
  }
  if (served.length === 0) {
    findings.push({
      holds: false,
      text: 'no Sluice API responds at this URL',
      fix: 'Check the URL. It is the host alone, or the host with /v1.',
    });
  }
  return { served, findings };
}

async function statusOf(deployment: Deployment, family: Family, key?: string): Promise<number> {
  // Who is let in with it is told that it lacks all that a request needs.
  const response = await ask(deployment, family.path('no-such-model'), { body: '{}', ...(key && { key }) });
  await response.body?.cancel();
  return response.status;
}
