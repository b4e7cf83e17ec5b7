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
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
  readonly clock?: Clock;
  /** Lambda's own, unless told. */
  readonly runtime?: LambdaRuntime;
}

/**
 * The handler of a function behind a function URL in the mode RESPONSE_STREAM. The environment stays warm whatever an
 * answer does: a failure before the head is an answer too, and one after it breaks off the caller's connection alone.
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
    // Held out here until the invocation is over: a Request that only listeners of its own signal can reach is collected,
    // and they never hear of the limit.
    const request = known && readRequest(known, timeLimit.signal);

    async function serve(): Promise<void> {
      const caller = known?.requestContext.authorizer?.iam?.userArn;
      const host: Host = {
        requestId: context.awsRequestId,
        ...(caller && { caller }),
        remainingMs,
        waitUntil: (work) => background.add(work),
      };
      const response = request ? await ask(request, host) : malformed();
      await writeAnswer(response, output, request?.method === 'HEAD');
      await background.settled(timeLimit.signal);
      output.finish();
    }

    async function ask(request: Request, host: Host): Promise<Response> {
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
      // The runtime logs it, and tells the platform in trailers.
      output.abandon();
      throw thrown;
    } finally {
      timeLimit.stop();
    }
  });
}

/** The request of this event; `undefined` where it is one that no request can be. */
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
