import { type Deployment, type Family, sendRequest } from './deployment.ts';
import type { Finding } from './finding.ts';

/** The size of a body that every function URL rejects, in bytes. The limit of the platform is 6 MB. */
const tooLarge = 6_500_000;

/** Checks that a body above the limit and an unknown model are rejected correctly. */
export async function limitFindings(deployment: Deployment, family: Family): Promise<Finding[]> {
  const { key } = deployment;
  const large = await sendRequest(deployment, family.path('x'), {
    key,
    body: JSON.stringify({ filler: 'x'.repeat(tooLarge) }),
  }).then(
    ({ status }) => `${status}`,
    // A server may close the connection while it is still receiving the body.
    () => 'a closed connection',
  );
  const unknown = await sendRequest(deployment, family.path('no-such-model'), {
    key,
    body: JSON.stringify(family.body('no-such-model', 'Hello')),
  });
  const body = await unknown.text();
  return [
    {
      // For AWS this is a ValidationException with status 400.
      holds: ['413', '400', 'a closed connection'].includes(large),
      text: `a body of 6.5 MB: ${large}`,
      fix: 'Set bodyLimit in the configuration (default 4.5mb).',
    },
    {
      holds: unknown.status === 404 && body.includes('no-such-model'),
      text: `an unknown model: ${unknown.status}`,
      fix: `The response was: ${body.slice(0, 200)}`,
    },
  ];
}
