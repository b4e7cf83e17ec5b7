import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { readableLine } from '../../lib/telemetry/readable-line.ts';

const plain = (line: string) => stripVTControlCharacters(readableLine(line));
const entry = {
  ts: '2026-12-01T10:20:30.000Z',
  msg: 'access',
  status: 200,
  outcome: 'ok',
  route: '/v1/chat/completions',
  alias: 'steady',
  provider: 'openai',
  upstream_model: 'gpt-4o',
  ttft_ms: 250,
  total_ms: 1250,
  output_tokens: 50,
  cost_usd: 0.0012,
  client: 'openai-python',
};

test('shows a request in one line', () => {
  expect(plain(JSON.stringify(entry))).toBe(
    '10:20:30  200 ok  /v1/chat/completions  steady > openai/gpt-4o  first token 0.25 s  total 1.25 s  50 tokens  50/s  $0.001200  openai-python',
  );
});

test('shows why a request failed', () => {
  const failed = { ...entry, outcome: 'upstream_cut', fault_source: 'upstream', error: 'The provider cut the stream.' };
  expect(plain(JSON.stringify(failed))).toContain('200 upstream_cut');
  expect(plain(JSON.stringify(failed))).toMatch(/The provider cut the stream\.$/);
  expect(readableLine(JSON.stringify(failed))).toContain('\u001b[31m');
});

test('shows a warning as a sentence', () => {
  const warning = { ts: entry.ts, level: 'warn', msg: 'cors', error: 'a page of https://app.example may not call this server.' };
  expect(plain(JSON.stringify(warning))).toBe('10:20:30  cors: a page of https://app.example may not call this server.');
});

test('leaves other lines unchanged', () => {
  expect(readableLine('{"msg":"limits"}')).toBe('{"msg":"limits"}');
  expect(readableLine('plain text')).toBe('plain text');
});
