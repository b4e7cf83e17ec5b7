import type { App, Host } from '../http/host.ts';
import { type Clock, processClock } from '../time/clock.ts';
import { Background } from './background.ts';
import { errorLine } from './error-line.ts';
import { type FunctionUrlEvent, readEvent } from './event.ts';
import { Output } from './output.ts';
import { surviveRejections } from './rejections.ts';
import { requestOf } from './request.ts';
import type { LambdaRuntime, StreamingHandler } from './runtime.ts';
import { startTimeLimit } from './time-limit.ts';
import { writeAnswer } from './write-answer.ts';

export interface FunctionUrlSettings {
  readonly app: Pick<App, 'fetch'>;
  /** Writes one log entry. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
  /** Default: Lambda's own runtime. */
  readonly runtime?: LambdaRuntime;
}

/**
 * The handler of a function behind a function URL in RESPONSE_STREAM mode. The environment survives every failure. A
 * failure before the head becomes a response, and a later one only breaks the connection of that client.
 */
export function functionUrlHandler(settings: FunctionUrlSettings): StreamingHandler {
  // AWS's types promise a whole Writable. The handler needs less, so that tests can pass less.
  const { app, log, clock = processClock(), runtime = awslambda as unknown as LambdaRuntime } = settings;
  surviveRejections(log);
  return runtime.streamifyResponse(async (event, stream, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const timeLimit = startTimeLimit(clock, remainingMs());
    const background = new Background((reason) => log(errorLine('background work failed', reason)));
    const output = new Output(stream, runtime);

    const known = readEvent(event);
    // Kept here until the invocation is over. If only listeners of its own signal refer to a Request, it is
    // garbage-collected and they never see the deadline.
    const request = known && readRequest(known, timeLimit.signal);

    async function serve(): Promise<void> {
      const principal = known?.requestContext.authorizer?.iam?.userArn;
      const host: Host = {
        requestId: context.awsRequestId,
        ...(principal && { principal }),
        remainingMs,
        waitUntil: (work) => background.add(work),
      };
      const response = request ? await respond(request, host) : malformed();
      await writeAnswer(response, output, request?.method === 'HEAD');
      await background.settled(timeLimit.signal);
      output.finish();
    }

    async function respond(request: Request, host: Host): Promise<Response> {
      try {
        return await app.fetch(request, host);
      } catch (thrown) {
        log(errorLine('the app failed', thrown));
        return Response.json({ error: { message: 'The gateway failed while handling this request.' } }, { status: 500 });
      }
    }

    try {
      await Promise.race([serve(), timeLimit.over]);
    } catch (thrown) {
      // The runtime logs it and reports it to the platform in trailers.
      output.abandon();
      throw thrown;
    } finally {
      timeLimit.stop();
    }
  });
}

/** The request of this event. `undefined` if it is not a valid request. */
function readRequest(event: FunctionUrlEvent, signal: AbortSignal): Request | undefined {
  try {
    return requestOf(event, signal);
  } catch {
    return undefined;
  }
}

function malformed(): Response {
  return Response.json({ error: { message: 'The event is not a function URL request.' } }, { status: 400 });
}
