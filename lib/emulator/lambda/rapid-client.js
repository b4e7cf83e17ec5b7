// Not an import. Node reads every export of a built-in module that an ES module imports, and one of them loads undici,
// which costs more than the rest of an empty function.
const http = process.getBuiltinModule('node:http');

const agent = new http.Agent({ keepAlive: true });
const [hostname = '', port = ''] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const api = '/2018-06-01/runtime/invocation';

/**
 * Replaces the native part of AWS's runtime interface client with `node:http`. It waits for invocations and sends
 * responses that are not streams. As with the native part, the client's own JavaScript sends streams.
 */
export const rapidClient = {
  /** The next invocation as the runtime expects it: its event as JSON, and its headers. */
  next: async () => {
    const { body, headers } = await call('GET', `${api}/next`);
    return { bodyJson: body, headers };
  },
  done: (id, body) => post(`${api}/${id}/response`, body),
  error: (id, body) => post(`${api}/${id}/error`, body),
};

/** Like the native part, returns before the response is sent. The next wait follows on the same connection. */
function post(path, body) {
  call('POST', path, body).catch((error) => {
    process.stderr.write(`The runtime API has stopped: ${String(error)}\n`);
    process.exit(1);
  });
}

function call(method, path, body) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const request = http.request({ hostname, port, path, method, agent }, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (piece) => {
      text += piece;
    });
    answer.on('end', () => resolve({ body: text, headers: answer.headers }));
    answer.on('error', reject);
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}
