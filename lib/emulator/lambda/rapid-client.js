import http from 'node:http';

const agent = new http.Agent({ keepAlive: true });
const [hostname = '', port = ''] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const api = '/2018-06-01/runtime/invocation';

/**
 * What the native part of AWS's runtime interface client does, over `node:http`: waits for invocations and sends back
 * answers that are no streams. Streams it leaves to the client's own JavaScript, as the native part does.
 */
export const rapidClient = {
  /** The next invocation, as the runtime takes it: its event, as JSON, and the headers that it came with. */
  next: async () => {
    const { body, headers } = await call('GET', `${api}/next`);
    return { bodyJson: body, headers };
  },
  done: (id, body) => post(`${api}/${id}/response`, body),
  error: (id, body) => post(`${api}/${id}/error`, body),
};

/** As the native part, returns before it is sent: the next wait follows on the same connection. */
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
