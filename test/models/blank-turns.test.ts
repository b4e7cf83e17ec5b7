import { expect, test } from 'vitest';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { adapt } from '../../lib/models/adapt.ts';
import { requirementsOf } from '../../lib/models/resolve.ts';

test('joins the turns around a dropped blank turn', () => {
  const turn = (role: string, text: string) => ({ role, content: [{ text }] });
  const request = bedrockConverse.parse({
    model: 'm',
    stream: true,
    messages: [turn('user', 'a'), turn('assistant', ' '), turn('user', 'b')],
  });
  const dialect = 'bedrock-converse';
  const requirements = requirementsOf({ dialect, client: dialect, preset: 'bedrock', model: 'm' });
  const { messages } = adapt(request, requirements, dialect).request;
  expect(messages.map(({ role, content }) => [role, content.length])).toEqual([['user', 2]]);
});
