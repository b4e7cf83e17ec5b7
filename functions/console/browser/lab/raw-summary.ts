import type { RawEvent } from '../../../../lib/client/index.ts';

/** The meaning of one event on the wire. */
export interface RawSummary {
  readonly kind: 'text' | 'reasoning' | 'tool' | 'heartbeat' | 'finish' | 'usage' | 'error' | 'other';
  /** The text that this event adds. */
  readonly delta: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Finds the delta in an event of any dialect. */
export function summaryOf({ event = '', data }: RawEvent): RawSummary {
  const body = objectIn(parsed(data));
  const type = textIn(body.type) || event;
  if (body.error || type === 'error' || type.endsWith('Exception')) return { kind: 'error', delta: errorText(body) };
  if (Array.isArray(body.choices)) return chunkSummary(body);
  // The first `response.in_progress` is part of every start.
  const isProgress = type === 'response.in_progress' && Number(body.sequence_number) > 1;
  if (type === 'ping' || isProgress) return { kind: 'heartbeat', delta: '' };
  if (type.startsWith('response.')) return responsesSummary(type, body);
  if (typeof body.completion === 'string') {
    return body.stop_reason ? { kind: 'finish', delta: textIn(body.stop_reason) } : { kind: 'text', delta: body.completion };
  }
  return blockSummary(type, body);
}

/** Chat completions and text completions. */
function chunkSummary({ choices, usage }: Members): RawSummary {
  const choice = objectIn((choices as unknown[])[0]);
  if (choice.finish_reason) return { kind: 'finish', delta: textIn(choice.finish_reason) };
  if (typeof choice.text === 'string' && choice.text) return { kind: 'text', delta: choice.text };
  const delta = objectIn(choice.delta);
  if (textIn(delta.content)) return { kind: 'text', delta: textIn(delta.content) };
  if (textIn(delta.reasoning_content)) return { kind: 'reasoning', delta: textIn(delta.reasoning_content) };
  if (Array.isArray(delta.tool_calls)) {
    const called = objectIn(objectIn(delta.tool_calls[0]).function);
    return { kind: 'tool', delta: textIn(called.name) || textIn(called.arguments) };
  }
  if (usage) return { kind: 'usage', delta: '' };
  return choice.delta && Object.keys(delta).length === 0 ? { kind: 'heartbeat', delta: '' } : { kind: 'other', delta: '' };
}

function responsesSummary(type: string, body: Members): RawSummary {
  if (type === 'response.failed') return { kind: 'error', delta: '' };
  if (type === 'response.completed' || type === 'response.incomplete')
    return { kind: 'finish', delta: type.slice('response.'.length) };
  if (!type.endsWith('.delta')) return { kind: 'other', delta: '' };
  const kind = type.includes('reasoning') ? 'reasoning' : type.includes('arguments') ? 'tool' : 'text';
  return { kind, delta: textIn(body.delta) };
}

/** Messages and Converse, which have blocks. */
function blockSummary(type: string, body: Members): RawSummary {
  const delta = objectIn(body.delta);
  const reasoning = textIn(delta.thinking) || textIn(objectIn(delta.reasoningContent).text);
  if (reasoning) return { kind: 'reasoning', delta: reasoning };
  const tool = textIn(delta.partial_json) || textIn(objectIn(delta.toolUse).input);
  if (tool) return { kind: 'tool', delta: tool };
  if (textIn(delta.text)) return { kind: 'text', delta: textIn(delta.text) };
  const reason = textIn(delta.stop_reason) || textIn(body.stopReason);
  if (reason) return { kind: 'finish', delta: reason };
  return { kind: type === 'metadata' ? 'usage' : 'other', delta: '' };
}

function errorText(body: Members): string {
  const { error } = body;
  return textIn(error) || textIn(objectIn(error).code) || textIn(objectIn(error).type) || textIn(body.message);
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function objectIn(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
