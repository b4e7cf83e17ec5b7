import { lenientText } from '../dialects/lenient-fields.ts';
import { isObject, parseJsonObject } from '../stream/json.ts';
import type { Frame } from '../wire/frame.ts';
import type { Failure } from './stream-error.ts';

const longestBody = 64 * 1024;

/** The failure in this frame, in any dialect. `undefined` for any other frame. */
export function failureInFrame(frame: Frame): Failure | undefined {
  const marked = frame.failure || frame.event === 'error' || frame.event === 'response.failed';
  // Text is escaped inside JSON, so only a member can look like this.
  if (!marked && !frame.data.includes('"error":')) return undefined;
  const failure = readFailure(frame.data);
  if (!marked && !failure?.named) return undefined;
  return {
    code: failure?.code || frame.event || 'error',
    message: failure?.message || 'The server reported a failure.',
    ...failure?.more,
  };
}

/** The failure in a rejected request, in the format of any dialect, otherwise from its status alone. */
export async function refusal(response: Response): Promise<Failure> {
  const { status, headers } = response;
  const failure = readFailure(await beginning(response));
  const retryAfterMs = Number(headers.get('retry-after-ms') ?? Number(headers.get('retry-after') ?? Number.NaN) * 1000);
  return {
    code: headers.get('x-amzn-errortype') ?? (failure?.code || 'http_error'),
    message: failure?.message || `The server responded with status ${status}.`,
    status,
    ...failure?.more,
    ...(Number.isFinite(retryAfterMs) && { retryAfterMs }),
  };
}

/**
 * `{error: {message, code | type, param}}` in the OpenAI dialects, with `type` and `request_id` next to it in
 * Anthropic's, and inside `response` for a failed response. `{error: "text"}` for Prediction Guard. Flat `{message}`
 * for Bedrock.
 */
function readFailure(
  text: string,
): { code: string; message: string; named: boolean; more: { param?: string; requestId?: string } } | undefined {
  const payload = parseJsonObject(text);
  if (!payload) return undefined;
  const inside = isObject(payload.response) ? payload.response.error : undefined;
  const error = payload.error || inside;
  const members = isObject(error) ? error : payload;
  return {
    code: lenientText(members.code) || (members === payload ? '' : lenientText(members.type)),
    message: lenientText(typeof error === 'string' ? error : members.message),
    named: Boolean(error),
    more: {
      ...(lenientText(members.param) && { param: lenientText(members.param) }),
      ...(lenientText(payload.request_id) && { requestId: lenientText(payload.request_id) }),
    },
  };
}

/** The maximum size of an error body. A longer body is a page from another server. */
async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let read = await reader?.read(); read && !read.done && text.length < longestBody; read = await reader?.read()) {
      text += decoder.decode(read.value, { stream: true });
    }
  } catch {
    // The status is sufficient.
  }
  void reader?.cancel().catch(() => {});
  return text;
}
