import { accessFindings } from './access.ts';
import { type Deployment, sendRequest } from './deployment.ts';
import { durableFindings } from './durable.ts';
import type { Finding } from './finding.ts';
import { limitFindings } from './limits.ts';
import { streamFindings } from './stream.ts';

/** Checks a deployment from outside, as its clients see it. Yields each result at once. */
export async function* probe(deployment: Deployment): AsyncGenerator<Finding> {
  const alive = await aliveFinding(deployment);
  yield alive;
  if (!alive.holds) return;
  const { served, findings } = await accessFindings(deployment);
  yield* findings;
  const model = deployment.model ?? (await firstModel(deployment));
  if (model === undefined) {
    if (served.length > 0) yield { holds: false, text: 'the server lists no models', fix: 'Choose one: --model <name>.' };
    return;
  }
  for (const family of served) {
    yield* await streamFindings(deployment, family, model);
    yield* await durableFindings(deployment, family, model);
    yield* await limitFindings(deployment, family);
  }
}

async function aliveFinding(deployment: Deployment): Promise<Finding> {
  const startedAt = performance.now();
  try {
    const { status } = await sendRequest(deployment, '/');
    return { holds: status === 200, text: `GET / is ${status} after ${Math.round(performance.now() - startedAt)} ms` };
  } catch (thrown) {
    const { cause, message } = thrown as Error;
    const reason = cause instanceof Error ? cause.message : message;
    return { holds: false, text: `${deployment.url} can't be reached: ${reason}`, fix: 'Check the URL and the network.' };
  }
}

/** Bedrock's API lists no models, so for that function the user has to choose one. */
async function firstModel(deployment: Deployment): Promise<string | undefined> {
  const response = await sendRequest(deployment, '/v1/models', { key: deployment.key });
  if (!response.ok) return undefined;
  const { data } = (await response.json()) as { data?: { id: string }[] };
  return data?.[0]?.id;
}
