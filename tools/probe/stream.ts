import { StreamError, stream } from '../../lib/client/index.ts';
import { type Arrivals, arrivalFindings } from './arrivals.ts';
import type { Deployment, Family } from './deployment.ts';
import type { Finding } from './finding.ts';
import { headerFindings } from './headers.ts';

const prompt = 'Explain in about a hundred words what a sluice is.';

/** Streams one response and reports the arrival times, how it ended, and its headers. */
export async function streamFindings(deployment: Deployment, family: Family, model: string): Promise<Finding[]> {
  const { url: baseUrl, key: apiKey } = deployment;
  const body = family.body(model, prompt);
  const answer = stream({ baseUrl, apiKey, dialect: family.dialect, body, signal: AbortSignal.timeout(120_000) });
  const startedAt = performance.now();
  const pieces: { at: number; text: string }[] = [];
  let end: Finding = { holds: false, text: 'the response did not end' };
  let refused = false;
  try {
    for await (const event of answer) {
      const at = performance.now() - startedAt;
      if (event.type === 'text-delta' || event.type === 'reasoning-delta') pieces.push({ at, text: event.text });
      if (event.type === 'finish') end = { holds: true, text: `the response is complete: ${event.reason}` };
    }
  } catch (thrown) {
    if (!(thrown instanceof StreamError)) throw thrown;
    refused = thrown.status !== undefined;
    end = {
      holds: false,
      text: `the response ended with ${thrown.code}: ${thrown.message}`,
      fix: thrown.status === 404 ? 'Choose a model that exists: --model <name>.' : 'The log has an entry for this request.',
    };
  }
  const arrivals: Arrivals = { pieces, endedAt: performance.now() - startedAt };
  return [
    { text: `${family.name}, ${model}:` },
    ...(pieces.length > 0 ? arrivalFindings(arrivals) : []),
    end,
    ...(answer.headers && !refused ? headerFindings(answer.headers) : []),
  ];
}
