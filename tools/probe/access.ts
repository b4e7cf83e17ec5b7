import { isLoopbackAddress } from '../../lib/config/loopback-address.ts';
import { type Deployment, type Family, families, sendRequest } from './deployment.ts';
import type { Finding } from './finding.ts';

/** The status for a rejected key. The AWS dialects use 403. */
const refusals: ReadonlySet<number> = new Set([401, 403]);

/** Which families are served here, and whether a request without a key, or with a wrong key, is refused. */
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
    findings.push(accessFinding(family.name, refused, new URL(deployment.url).hostname));
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

/** What these statuses mean. Without keys a dev server serves its own machine only, so on loopback that's no fault. */
export function accessFinding(name: string, { without, wrong }: { without: number; wrong: number }, hostname: string): Finding {
  const text = `${name}: ${without} without a key, ${wrong} with a wrong key`;
  if (refusals.has(without) && refusals.has(wrong)) return { holds: true, text };
  if (isLoopbackAddress(hostname)) return { text: `${text} (a dev server without keys serves this machine only)` };
  return {
    holds: false,
    text,
    fix: 'Everybody who finds this URL can spend your money. Create a key: npm run keys -- create my-app',
  };
}

async function statusOf(deployment: Deployment, family: Family, key?: string): Promise<number> {
  // A client with access gets an error about the missing fields of this request.
  const response = await sendRequest(deployment, family.path('no-such-model'), { body: '{}', ...(key && { key }) });
  await response.body?.cancel();
  return response.status;
}
