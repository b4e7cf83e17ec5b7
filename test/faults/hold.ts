import { expect } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { check } from '../support/checker/check.ts';
import { type Client, promptCanary, statusOf } from '../support/clients.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { secrets } from '../support/stack.ts';
import { type Fault, forKind, fullText } from './fault.ts';
import { fallbackText, type Mode, type Observed } from './observe.ts';

/** Holds what was seen to what must be. */
export function hold(seen: Observed, fault: Fault, providerStream: ProviderStream, client: Client, mode: Mode): void {
  const outcome = forKind(fault.outcome, providerStream.name);
  const attempts = forKind(fault.attempts ?? 1, providerStream.name);
  const fallsOver = mode === 'with a fallback' && outcome !== 'ok' && !fault.after && !fault.final;
  const where = `${mode}: ${seen.status} ${seen.bytes.toString('utf8', 0, 600)} ${seen.log[0]}`;

  expect(seen.log, where).toHaveLength(1);
  expect(seen.leftOpen, `${where}: connections left open`).toBe(0);
  expect(seen.fallbackAsked, where).toBe(fallsOver ? 1 : 0);
  expect(listed(seen.line.attempts), where).toHaveLength(attempts + (fallsOver ? 1 : 0));
  const named = seen.headers.get('x-sluice-attempts')?.split(', ') ?? [];
  if (!fault.commitAfterMs) expect(named, where).toHaveLength(attempts + (fallsOver ? 1 : 0));
  expect(seen.line.outcome, where).toBe(fallsOver ? 'ok' : outcome);
  expect(seen.line.status, where).toBe(seen.status);
  const left = [...seen.log, seen.bytes.toString(), JSON.stringify([...seen.headers])].join('\n');
  for (const word of Object.values(secrets)) expect(left, where).not.toContain(word);
  expect(seen.log[0]).not.toContain(promptCanary);

  if (fallsOver || outcome === 'ok') {
    holdAnswer(seen, fallsOver ? fallbackText : (fault.text ?? fullText), client, mode, where);
    holdUsage(seen.line, fallsOver ? undefined : fault.usage, where);
  } else if (seen.status === 200) holdInBand(seen, fault, outcome, client, mode, where);
  else holdRefusal(seen, fault, outcome, providerStream, client, mode, where);
}

function holdAnswer(seen: Observed, text: string, client: Client, mode: Mode, where: string): void {
  expect(seen.status, where).toBe(200);
  if (mode === 'in one piece') {
    expect(client.text(seen.body), where).toBe(text);
    return;
  }
  const { violations, truth } = check(client.dialect, seen.bytes, { expectError: false });
  expect(violations, where).toEqual([]);
  expect(truth.text === text, `${where}: the text`).toBe(true);
}

function holdUsage(line: JsonObject, usage: Fault['usage'], where: string): void {
  if (usage === 'none') expect(line.usage_source, where).toBe('none');
  else if (usage) {
    const wanted = { usage_source: 'provider', ...(usage.input && { input_tokens: usage.input }), output_tokens: usage.output };
    expect(line, where).toMatchObject(wanted);
  }
}

/** Content or the status has been sent: one error, nothing after it, and only content that the provider sent before it. */
function holdInBand(seen: Observed, fault: Fault, outcome: Outcome, client: Client, mode: Mode, where: string): void {
  expect(mode, where).not.toBe('in one piece');
  expect(fault.after || fault.commitAfterMs, where).toBeTruthy();
  const { violations, truth } = check(client.dialect, seen.bytes, { expectError: true });
  expect(violations, where).toEqual([]);
  expect((fault.text ?? fullText).startsWith(truth.text), `${where}: a prefix`).toBe(true);
  if (fault.after && fault.text !== '') expect(truth.text, where).not.toBe('');
  const reported = client.inBand(seen.bytes);
  expect(reported?.word, where).toBe(client.streamWord(outcome));
  expect(reported?.message, where).toContain(fault.says ?? '');
  for (const word of fault.hides ?? []) expect(seen.bytes.toString(), where).not.toContain(word);
  if (fault.commitAfterMs && client.heartbeat) expect(seen.bytes.toString(), where).toMatch(client.heartbeat);
}

/** Nothing has been sent: the right status, and the error in the client's dialect. */
function holdRefusal(
  seen: Observed,
  fault: Fault,
  outcome: Outcome,
  providerStream: ProviderStream,
  client: Client,
  mode: Mode,
  where: string,
): void {
  if (fault.after) expect(mode, where).toBe('in one piece');
  expect(seen.status, where).toBe(client.status(outcome));
  const reported = client.failure(seen.body, seen.headers);
  const own =
    fault.verbatim && sameFamily.some((family) => family.includes(providerStream.name) && family.includes(client.dialect));
  if (own) expect(seen.body, where).toMatchObject({ error: { message: fault.says } });
  else expect(reported.word, where).toBe(client.word(outcome));
  expect(reported.message, where).toContain(fault.says ?? '');
  for (const word of fault.hides ?? []) expect(seen.bytes.toString(), where).not.toContain(word);

  expect(seen.headers.get('x-request-id'), where).toBe(seen.line.request_id);
  expect(seen.headers.get('request-id'), where).toBe(seen.line.request_id);
  const limited = outcome === 'rate_limit_exceeded';
  expect(seen.headers.get('x-should-retry'), where).toBe(statusOf(outcome) >= 500 ? 'false' : null);
  if (limited) expect(Number(seen.headers.get('retry-after')), where).toBeLessThanOrEqual(60);
  if (fault.retryAfter) {
    const [least, most] = fault.retryAfter;
    expect(Number(seen.headers.get('retry-after')), where).toBeGreaterThanOrEqual(least);
    expect(Number(seen.headers.get('retry-after')), where).toBeLessThanOrEqual(most);
  }
}

type Outcome = Parameters<Client['word']>[0];

/** Providers and clients between which an error can go word for word. */
const sameFamily: readonly (readonly (ProviderStream['name'] | Client['dialect'])[])[] = [
  ['chat', 'responses', 'openai-chat', 'openai-completions', 'openai-responses'],
  ['messages', 'anthropic-messages', 'anthropic-complete'],
];

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
