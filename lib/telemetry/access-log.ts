import type { Progress } from '../gateway.ts';
import { conceal } from '../secrets/conceal.ts';
import { errorKinds, type SluiceError } from '../stream/errors.ts';
import type { Usage } from '../stream/events.ts';
import type { Json } from '../stream/json.ts';

/** What is known of one request when it is over. Times are milliseconds of the clock. */
export interface Access {
  readonly requestId: string;
  readonly route: string;
  readonly dialect: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
  keyId?: string;
  stream?: boolean;
  model?: string;
  progress?: Progress;
  /** Set when the request failed before its first byte. */
  error?: SluiceError;
}

/** The access log's line for a request: one JSON object, never a prompt, never a secret. */
export function accessLine(access: Access): string {
  const { progress, startedAt } = access;
  const end = progress?.end;
  const error = access.error ?? (end?.type === 'error' ? end.error : undefined);
  const finish = end?.type === 'finish' ? end : undefined;
  const served = progress?.attempts.at(-1);
  const line: Record<string, Json | undefined> = {
    ts: new Date().toISOString(),
    level: !error || errorKinds[error.kind].blame === 'client' ? 'info' : 'warn',
    msg: 'access',
    request_id: access.requestId,
    key_id: access.keyId,
    dialect: access.dialect,
    route: access.route,
    stream: access.stream,
    alias: access.model,
    provider: served?.provider,
    upstream_model: served?.model,
    attempts: progress?.attempts.map((attempt) => ({ ...attempt })),
    status: access.status,
    outcome: error?.kind ?? 'ok',
    blame: error && errorKinds[error.kind].blame,
    ...(error && failureFields(error)),
    finish_reason: finish?.reason,
    ttft_ms: progress?.firstContentAt === undefined ? undefined : Math.round(progress.firstContentAt - startedAt),
    total_ms: Math.round(access.endedAt - startedAt),
    ...(finish && usageFields(finish.usage, progress?.estimated)),
    dropped_params: progress?.dropped.length ? [...progress.dropped] : undefined,
  };
  return JSON.stringify(line);
}

/**
 * What may be told of a failure. The message of a caller's own fault quotes the request, and that caller has read it;
 * the message of a SyntaxError quotes the JSON that could not be read, a prompt or an answer.
 */
function failureFields({ kind, message, param, cause }: SluiceError): Record<string, Json | undefined> {
  if (errorKinds[kind].blame === 'client') return { param };
  const quotes = cause instanceof SyntaxError;
  return {
    error: message,
    param,
    cause: cause instanceof Error ? conceal(`${cause.name}${quotes ? '' : `: ${cause.message}`}`) : undefined,
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
