import { pixel } from '../bodies.ts';
import { type Call, type Piece, type Result, said, type Talk, type Tool, type Turn } from './talk.ts';

/** Makes a talk of random but valid pieces: every result answers a call, and the user speaks last or a tool does. */
export function randomTalk(random: () => number): Talk {
  const pick = <Value>(...values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const often = (chance: number) => random() < chance;
  const id = () =>
    pick('call_', 'toolu_01', 'chatcmpl-tool-', 'functions.a:', 'fc_|', '') +
    Math.floor(random() * 1e9)
      .toString(36)
      .padStart(9, 'x');
  const tools = often(0.6)
    ? Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index) => randomTool(index, random))
    : undefined;
  const turns: Turn[] = [];
  const rounds = 1 + Math.floor(random() * 3);
  for (let round = 0; round < rounds; round++) {
    turns.push({ role: 'user', pieces: randomPieces() });
    if (often(0.1)) turns.push({ role: 'system', text: 'The mode is now: plan.' });
    if (tools && often(0.6)) turns.push(...randomLoop(tools));
    const isLast = round === rounds - 1;
    if (!isLast)
      turns.push({ role: 'assistant', text: pick('Yes.', 'No.\n', ' Maybe'), ...(often(0.3) && { thought: 'Let me see.' }) });
  }
  const effort = often(0.3) ? pick('minimal', 'low', 'medium', 'high') : undefined;
  return {
    turns,
    ...(often(0.5) && { system: pick('Be brief.', 'You are an agent.\n\nUse the tools.') }),
    ...(tools && { tools }),
    ...(tools &&
      often(0.3) && { choice: pick<NonNullable<Talk['choice']>>('auto', 'none', 'any', { name: tools[0]?.name ?? '' }) }),
    ...(tools && often(0.2) && { serial: true }),
    ...(effort && { effort }),
    ...(often(0.5) && { maxTokens: pick(1, 64, 1000, 8192, 32_000, 60_000) }),
    ...(often(0.3) && { temperature: pick(0, 0.2, 0.7, 1) }),
    ...(often(0.15) && { topP: pick(0.1, 0.9, 1) }),
    ...(often(0.2) && { user: pick('ann', 'u'.repeat(64), JSON.stringify({ session: 's'.repeat(150) }), 'ann@example.com') }),
    ...(often(0.15) && {
      json: pick(
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
        { type: 'object', properties: { a: { type: 'string' }, n: { type: 'integer', minimum: 0 } } },
      ),
    }),
  };

  function randomPieces(): Piece[] {
    const pieces: Piece[] = [said(pick('Hello there', 'What do my notes say?', 'Compare Rome and Oslo', '  spaced  '))];
    if (often(0.1)) pieces.unshift({ kind: 'image', media: 'image/png', data: pixel });
    if (often(0.05)) pieces.push({ kind: 'pdf', name: pick('a.pdf', 'my_file (1).v2.pdf') });
    if (often(0.1)) pieces.push(said(pick(' ', '<system-reminder>Be brief.</system-reminder>')));
    if (often(0.1)) pieces.push({ kind: 'text', text: 'A long text', mark: true });
    return pieces;
  }

  function randomLoop(tools: readonly Tool[]): Turn[] {
    const made: Call[] = Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
      id: id(),
      name: pick(...tools).name,
      args: pick('{}', '{"path":"notes.txt"}', '{"a":{"b":[1,2]}}'),
    }));
    const results: Result[] = made.map((call) => ({
      id: call.id,
      pieces: often(0.1)
        ? [said('Here'), { kind: 'image', media: 'image/png', data: pixel }]
        : [said(pick('Buy milk.', '', '{"ok":true}'))],
    }));
    return [
      {
        role: 'assistant',
        ...(often(0.4) && { text: pick('Let me look.', '', '\n\n') }),
        ...(often(0.3) && { thought: 'The notes should say.' }),
        calls: made,
      },
      {
        role: 'results',
        results: often(0.2) ? results.toReversed() : results,
        ...(often(0.2) && { beside: [said('Be brief.')] }),
      },
    ];
  }
}

function randomTool(index: number, random: () => number): Tool {
  const pick = <Value>(...values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const names = [
    'read_file',
    '2fa_code',
    `mcp__a_server_with_quite_a_long_name__and_a_tool_with_a_name_as_long_${index}`,
    'getWeather',
    'a-b',
  ];
  return {
    name: `${pick(...names)}_${index}`,
    schema: pick(
      { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
      { type: 'object' },
      { type: 'object', properties: {}, additionalProperties: false },
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'object',
        properties: { n: { type: 'integer', exclusiveMinimum: 0 } },
      },
      {
        type: 'object',
        properties: { list: { type: 'array', items: { type: ['string', 'null'] } }, kind: { enum: ['a', 'b'] } },
      },
      { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'object', properties: {} } } },
    ),
  };
}
