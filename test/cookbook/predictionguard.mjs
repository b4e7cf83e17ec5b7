/*
 * Stands in for Prediction Guard's JavaScript client (0.32), which no registry has: what it sends, and how it reads what
 * comes, by fetch-sse 1.0.23. Each piece of the network has a decoder of its own, so that an event in two pieces is lost.
 */
export const Roles = { Assistant: 'assistant', System: 'system', User: 'user' };

export class Client {
  #url;
  #key;

  constructor(url, key) {
    this.#url = url;
    this.#key = key;
  }

  async ChatSSE({ onMessage, maxTokens, topP, ...input }) {
    const body = JSON.stringify({ ...input, max_tokens: maxTokens, top_p: topP, stream: true });
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${this.#key}` };
    const response = await fetch(`${this.#url}/chat/completions`, { method: 'POST', headers, body });
    const decoder = new TextDecoder();
    for await (const piece of response.body) {
      for (const event of decoder.decode(piece, { stream: true }).split('\n\n')) {
        if (!event.startsWith('data: ') || event === 'data: [DONE]') continue;
        const chunk = JSON.parse(event.slice('data: '.length));
        if (chunk.error) onMessage(null, { error: chunk.error });
        else onMessage(chunk, null);
      }
    }
    onMessage(null, { error: 'EOF' });
  }
}
