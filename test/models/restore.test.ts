import { describe, expect, test } from 'vitest';
import { restoreTools } from '../../lib/models/restore.ts';
import { targetToolName } from '../../lib/models/rules/tool-names.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { ModelRequest, Tool } from '../../lib/stream/request.ts';

const long = 'mcp__claude_ai_Cloudflare_Developer_Platform_2__hyperdrive_config_edit';
const limits = { maxToolName: 64, toolName: 'word' } as const;

const request = (...tools: Tool[]): ModelRequest => ({
  dialect: 'test',
  body: {},
  model: 'm',
  stream: true,
  messages: [],
  parameters: { tools },
  spelling: {},
  unknown: [],
  showUsage: false,
});

const called = (name: string, ...pieces: string[]): StreamEvent[] => [
  { type: 'block-start', index: 0, block: { kind: 'tool', id: 'a', name } },
  ...pieces.map((json): StreamEvent => ({ type: 'tool-delta', index: 0, json })),
  { type: 'block-end', index: 0 },
];

describe('restoreTools', () => {
  test('gives a shortened tool its own name back', () => {
    const short = targetToolName(long, limits);
    expect(short).toHaveLength(64);
    const restore = restoreTools(request({ field: 'tools[0]', type: 'function', name: long, schema: {} }), limits);
    expect(called(short, '{}').flatMap((event) => restore?.(event) ?? [])).toMatchObject([{ block: { name: long } }, {}, {}]);
  });

  test('does nothing where no name was changed', () => {
    expect(restoreTools(request({ field: 'tools[0]', type: 'function', name: 'f', schema: {} }), limits)).toBeUndefined();
  });

  test.each([
    ['in one piece', ['{"input":"*** Begin\\nä😀"}']],
    ['character by character', [...'{ "input" : "*** Begin\\n\\u00e4\\ud83d\\ude00" }']],
    ['with spaces around', ['  {"in', 'put":"*** Begin\\', 'nä\\ud83d', '\\ude00"} ']],
  ])('gives a custom tool its text, %s', (_, pieces) => {
    const restore = restoreTools(request({ field: 'tools[0]', type: 'custom', name: 'apply_patch', value: {} }), {});
    const events = called('apply_patch', ...pieces).flatMap((event) => restore?.(event) ?? []);
    expect(events[0]).toMatchObject({ block: { name: 'apply_patch', custom: true } });
    expect(events.map((event) => (event.type === 'tool-delta' ? event.json : '')).join('')).toBe('*** Begin\nä😀');
    for (const event of events) if (event.type === 'tool-delta') expect(event.json.isWellFormed()).toBe(true);
  });
});
