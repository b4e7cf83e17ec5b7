import http from 'node:http';

/** An invocation as the runtime takes it. */
interface NextInvocation {
  readonly bodyJson: string;
  readonly headers: http.IncomingHttpHeaders;
}

const agent = new http.Agent({ keepAlive: true });
const [hostname = '', port = ''] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const api = '/2018-06-01/runtime/invocation';

/**
 * What the native part of AWS's runtime interface client does, over `node:http`: waits for invocations and sends back
 * answers that are no streams. Streams it leaves to the client's own JavaScript, as the native part does.
 */
export const rapidClient = {
  next: async (): Promise<NextInvocation> => {
    const { body, headers } = await call('GET', `${api}/next`);
    return { bodyJson: body, headers };
  },
  done: (id: string, body: string): void => post(`${api}/${id}/response`, body),
  error: (id: string, body: string): void => post(`${api}/${id}/error`, body),
};

/** As the native part, returns before it is sent: the next wait follows on the same connection. */
function post(path: string, body: string): void {
  call('POST', path, body).catch((error: unknown) => {
    process.stderr.write(`The runtime API is gone: ${String(error)}\n`);
    process.exit(1);
  });
}

function call(method: string, path: string, body?: string): Promise<{ body: string; headers: http.IncomingHttpHeaders }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ body: string; headers: http.IncomingHttpHeaders }>();
  const request = http.request({ hostname, port, path, method, agent }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (piece: string) => {
      text += piece;
    });
    answer.on('end', () => resolve({ body: text, headers: answer.headers }));
    answer.on('error', reject);
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}
