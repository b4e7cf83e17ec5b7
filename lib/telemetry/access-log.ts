import { type Attempt, droppedNames } from '../gateway/answer-state.ts';
import type { Written } from '../gateway/deliver.ts';
import { errorKinds, type SluiceError } from '../stream/errors.ts';
import type { Usage } from '../stream/events.ts';
import type { Json } from '../stream/json.ts';
import { clientFamily } from './client-family.ts';
import type { RequestSummary } from './request-summary.ts';

/** What the access log records about a request. It never contains a prompt or a secret. Unknown values are left out. */
export function accessFields({ entry, error, faultSource, outcome, finish, usage, attempts, served, coldStart }: RequestSummary) {
  const { answerState, startedAt, ids, remainingMs } = entry;
  const dropped = droppedNames(attempts);
  const since = (time: number | undefined) => (time === undefined ? undefined : Math.round(time - startedAt));
  const fields: Record<string, Json | undefined> = {
    level: !error || faultSource === 'client' ? 'info' : 'warn',
    msg: 'access',
    request_id: entry.requestId,
    aws_request_id: entry.hostRequestId,
    client_request_id: ids.clientRequestId,
    trace_id: ids.traceId,
    xray_trace_id: ids.xrayTraceId,
    session_id: ids.sessionId,
    key_id: entry.keyId,
    client: clientFamily(entry.userAgent),
    dialect: entry.dialect,
    route: short(entry.route),
    stream: entry.stream,
    alias: short(entry.model),
    provider: served?.provider,
    upstream_model: short(served?.model),
    attempts: answerState && attempts.map((attempt) => attemptFields(attempt, since)),
    status: entry.status,
    outcome,
    fault_source: faultSource,
    ...(error && failureFields(error)),
    finish_reason: finish?.reason,
    overhead_ms: since(answerState?.firstAttemptAt),
    committed_ms: since(answerState?.written?.firstAt),
    ttft_ms: since(answerState?.firstContentAt),
    total_ms: since(entry.endedAt),
    remaining_ms: remainingMs === undefined ? undefined : Math.round(remainingMs),
    cold_start: coldStart,
    bytes_in: entry.bytesIn,
    events_in: answerState?.eventsIn,
    ...(answerState?.written && writtenFields(answerState.written)),
    ...(usage && usageFields(usage, answerState?.estimated)),
    cost_usd: entry.cost?.usd,
    price_version: entry.cost?.priceVersion,
    stream_id: entry.durable?.id,
    stream_role: entry.durable?.role,
    stream_continued: answerState?.continuesLost,
    stream_lost: entry.durable?.isLost?.() ? true : undefined,
    stream_link: entry.linked,
    durability: entry.durable?.isDegraded?.() ? 'degraded' : undefined,
    dropped_params: dropped.length > 0 ? dropped.slice(0, maxListed).map(short) : undefined,
  };
  return fields;
}

/** A client can send a model or field name of any length, so log entries truncate them. */
const maxCharacters = 256;
const maxListed = 64;

function short<Text extends string | undefined>(text: Text): Text | string {
  return text === undefined || text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}

/** Which attempt served is logged as the provider, and what it dropped as `dropped_params`. */
/** Attempts have a start time, so that concurrent and sequential ones can be distinguished. */
function attemptFields(
  { provider, model, error, status, startedAt, ms }: Attempt,
  since: Since,
): Record<string, Json | undefined> {
  return { provider, model: short(model), error, status, started_ms: since(startedAt), ms };
}

/** The time from the start of the request, in milliseconds. */
type Since = (time: number | undefined) => number | undefined;

function writtenFields({ bytes, frames, heartbeats, longestGapMs }: Written): Record<string, Json> {
  return { bytes_out: bytes, events_out: frames, heartbeats, max_gap_ms: Math.round(longestGapMs) };
}

/**
 * The parts of an error that may be logged. For a fault of the client, the message quotes the request, and the client
 * has already received it. The message of a SyntaxError quotes the invalid JSON, which may be a prompt or an answer.
 */
function failureFields({ kind, message, publicMessage, param, cause }: SluiceError): Record<string, Json | undefined> {
  // With a public message the client has not received this one.
  if (errorKinds[kind].faultSource === 'client' && publicMessage === undefined) return { param: short(param) };
  const quotes = cause instanceof SyntaxError;
  return {
    error: message,
    param: short(param),
    cause: cause instanceof Error ? `${cause.name}${quotes ? '' : `: ${cause.message}`}` : undefined,
  };
}

function usageFields(usage: Usage, estimated = false): Record<string, Json | undefined> {
  return {
    usage_source: Object.keys(usage).length === 0 ? 'none' : estimated ? 'estimated' : 'provider',
    input_tokens: usage.input,
    output_tokens: usage.output,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    reasoning_tokens: usage.reasoning,
  };
}
