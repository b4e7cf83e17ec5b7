import type { Noise } from './noise.ts';

/** The headers of every response of the emulated OpenAI. */
export function heads(noise: Noise): Record<string, string> {
  return { 'content-type': 'application/json', 'x-request-id': `req_${noise.text(32)}`, 'openai-version': '2020-10-01' };
}

/** The format of an error inside a stream. */
export const failureInStream = `data: ${JSON.stringify({
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: null,
  },
})}\n\n`;
