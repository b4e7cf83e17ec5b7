import { EventEmitter } from 'node:events';
import type { LambdaRuntime, Prelude, ResponseStream } from '../../lib/lambda/runtime.ts';

/** A stream of Lambda's that keeps what it is given. */
export class FakeStream extends EventEmitter implements ResponseStream {
  prelude: Prelude | undefined;
  ended = false;
  readonly pieces: (string | Uint8Array)[] = [];
  /** The result of `write`. False means that the buffer is full. */
  takes = true;

  write(piece: string | Uint8Array): boolean {
    if (this.ended) throw new Error('write after end');
    this.pieces.push(piece);
    return this.takes;
  }

  end(): void {
    this.ended = true;
  }

  get text(): string {
    return Buffer.concat(this.pieces.map((piece) => Buffer.from(piece))).toString();
  }
}

/** As AWS's own: the prelude belongs to the stream from then on. */
export const fakeRuntime: LambdaRuntime = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, prelude) {
      if (stream instanceof FakeStream) stream.prelude = prelude;
      return stream;
    },
  },
};

/** An event of a function URL, GET / by default. */
export function urlEvent(method: string, path = '/', more: object = {}): Record<string, unknown> {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'url.lambda-url.us-east-1.on.aws' },
    requestContext: { http: { method, path }, domainName: 'url.lambda-url.us-east-1.on.aws', requestId: 'r' },
    isBase64Encoded: false,
    ...more,
  };
}
