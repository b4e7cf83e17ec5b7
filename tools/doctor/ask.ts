import { type ErrorKind, SluiceError } from '../../lib/stream/errors.ts';
import { send, type TransportRequest } from '../../lib/transport/send.ts';
import type { Finding } from './check.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** The beginning of the body. */
  readonly text: string;
  readonly ms: number;
}

const mostText = 4096;

/** Sends one request and reads the beginning of the response. Throws a SluiceError. */
export async function ask(request: Omit<TransportRequest, 'signal'>, limitMs: number): Promise<Reply> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(limitMs);
  try {
    const { status, headers, body } = await send({ ...request, signal });
    let text = '';
    for await (const piece of body) {
      text += Buffer.from(piece).toString('utf8');
      if (text.length > mostText) break;
    }
    return { status, headers, text: text.slice(0, mostText), ms: Math.round(performance.now() - startedAt) };
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new SluiceError('upstream_timeout', `There was no response within ${limitMs / 1000} s.`);
  }
}

const fixes: Partial<Record<ErrorKind, string>> = {
  upstream_unreachable: 'Check its address. Check that it is running and that this machine can reach it.',
  upstream_tls_error:
    'Check its address. If a proxy intercepts TLS, set NODE_EXTRA_CA_CERTS to its certificate. If the server has no TLS, use http://.',
  upstream_timeout: 'Try again. If there is still no response, check its address and the network path.',
  upstream_protocol_error: 'Check its address. Another kind of server responds there.',
  upstream_cut: 'Try again. If it fails again, check the network path.',
};

/** The finding for a request without a response. */
export function unanswered(name: string, thrown: unknown): Finding {
  if (!(thrown instanceof SluiceError)) throw thrown;
  const reason = thrown.message.replace(/^The provider /, '').replace(/\.$/, '');
  return {
    state: 'wrong',
    text: `${name}: ${reason}`,
    fix: fixes[thrown.kind] ?? 'Check its address.',
  };
}
