import { ask, type Deployment, type Family } from './deployment.ts';
import type { Finding } from './finding.ts';

/** A body that no function URL takes, in bytes: the platform's own limit is 6 MB. */
const tooLarge = 6_500_000;

/** That a body too large and a model that is not there are refused as they should be. */
export async function limitFindings(deployment: Deployment, family: Family): Promise<Finding[]> {
  const { key } = deployment;
  const large = await ask(deployment, family.path('x'), { key, body: JSON.stringify({ filler: 'x'.repeat(tooLarge) }) }).then(
    ({ status }) => `${status}`,
    // Whoever refuses it may close the connection while it is still being sent.
    () => 'a closed connection',
  );
  const unknown = await ask(deployment, family.path('no-such-model'), {
    key,
    body: JSON.stringify(family.body('no-such-model', 'Hello')),
  });
  const told = await unknown.text();
  return [
    {
      // AWS calls it a ValidationException, and so a 400.
      holds: ['413', '400', 'a closed connection'].includes(large),
      text: `a body of 6.5 MB: ${large}`,
      fix: 'Set bodyLimit in the configuration (default 4.5mb).',
    },
    {
      holds: unknown.status === 404 && told.includes('no-such-model'),
      text: `an unknown model: ${unknown.status}`,
      fix: `The response was: ${told.slice(0, 200)}`,
    },
  ];
}
