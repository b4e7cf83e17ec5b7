/** One operation and its responses. The names refer to `requests` and `answers`. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  /** The accepted bodies. Several if one path accepts several. */
  readonly request?: readonly string[];
  /** The body may be left out. */
  readonly isRequestOptional?: true;
  readonly answer?: string;
  /** The content of a stream, if `stream: true` or the path requests one. */
  readonly stream?: { readonly type: string; readonly event?: string; readonly description: string };
}

/** The operations of one function, and the format of its errors. */
export interface Family {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly errors: readonly string[];
  readonly security: readonly string[];
}

export type FamilyName = 'openai' | 'anthropic' | 'bedrock';

const sse = 'text/event-stream';
const chunks = 'Each event is one `data:` line with such an object. The last one is `data: [DONE]`.';
const named = 'Each event has its type in `event:` and such an object in `data:`.';
const models: readonly Operation[] = [
  { method: 'get', path: '/v1/models', summary: 'The models that this key may use', answer: 'ModelList' },
  { method: 'get', path: '/v1/models/{id}', summary: 'One model', answer: 'Model' },
];
/** The same of every function: a stream keeps the dialect in which it was created. */
const streams: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/streams/{id}',
    summary: 'Read a durable stream again, after the event in `Last-Event-ID` or `?after=`; 204 if nothing follows it',
    stream: { type: sse, description: 'The events of the original response, with an `id:` line each.' },
  },
  {
    method: 'get',
    path: '/v1/streams/{id}/log',
    summary: 'Read a durable stream in the Durable Streams protocol, after `?offset=`, live with `?live=sse` or `long-poll`',
    answer: 'StreamLog',
    stream: { type: sse, description: 'Data and control events of the protocol.' },
  },
  { method: 'delete', path: '/v1/streams/{id}', summary: 'Cancel a durable stream', answer: 'StreamStatus' },
  { method: 'post', path: '/v1/streams/{id}/cancel', summary: 'Cancel a durable stream', answer: 'StreamStatus' },
  {
    method: 'post',
    path: '/v1/streams/{id}/link',
    summary: 'Make a URL under which a durable stream can be read without a key; the body may be empty',
    request: ['StreamLinkRequest'],
    isRequestOptional: true,
    answer: 'StreamLink',
  },
];
const keys = ['bearer', 'xApiKey', 'apiKey'];

const chat = { answer: 'ChatCompletion', stream: { type: sse, event: 'ChatCompletionChunk', description: chunks } };
const completion = { answer: 'Completion', stream: { type: sse, event: 'CompletionChunk', description: chunks } };
const frames = { type: 'application/vnd.amazon.eventstream', description: 'Binary frames in the AWS event stream encoding.' };

export const families: Readonly<Record<FamilyName, Family>> = {
  openai: {
    title: 'Sluice for OpenAI clients',
    // A body of the Responses API may be posted to chat completions, which Cursor does.
    operations: [
      {
        method: 'post',
        path: '/v1/chat/completions',
        summary: 'A chat completion',
        request: ['ChatCompletionRequest', 'ResponseRequest'],
        ...chat,
      },
      {
        method: 'post',
        path: '/v1/responses',
        summary: 'A response',
        request: ['ResponseRequest'],
        answer: 'Response',
        stream: { type: sse, event: 'ResponseEvent', description: named },
      },
      {
        method: 'get',
        path: '/v1/responses/{id}',
        summary: 'A stored response, or its events with `stream=true` and `starting_after`',
        answer: 'Response',
        stream: { type: sse, event: 'ResponseEvent', description: named },
      },
      { method: 'delete', path: '/v1/responses/{id}', summary: 'Delete a stored response', answer: 'DeletedResponse' },
      { method: 'post', path: '/v1/responses/{id}/cancel', summary: 'Cancel a response', answer: 'Response' },
      { method: 'get', path: '/v1/responses/{id}/input_items', summary: 'The input of a response', answer: 'InputItems' },
      { method: 'post', path: '/v1/completions', summary: 'A text completion', request: ['CompletionRequest'], ...completion },
      { method: 'get', path: '/v1/completions', summary: 'Check the base URL and the key', answer: 'Status' },
      {
        method: 'post',
        path: '/openai/deployments/{model}/chat/completions',
        summary: 'A chat completion (Azure path)',
        request: ['DeployedChatCompletionRequest'],
        ...chat,
      },
      {
        method: 'post',
        path: '/openai/deployments/{model}/completions',
        summary: 'A text completion (Azure path)',
        request: ['DeployedCompletionRequest'],
        ...completion,
      },
      ...models,
      ...streams,
    ],
    errors: ['OpenaiError', 'PredictionGuardError'],
    security: keys,
  },
  anthropic: {
    title: 'Sluice for Anthropic clients',
    operations: [
      {
        method: 'post',
        path: '/v1/messages',
        summary: 'A message',
        request: ['MessageRequest'],
        answer: 'Message',
        stream: { type: sse, event: 'MessageEvent', description: named },
      },
      {
        method: 'post',
        path: '/v1/messages/count_tokens',
        summary: 'Count the tokens of a prompt',
        request: ['TokenCountRequest'],
        answer: 'TokenCount',
      },
      {
        method: 'post',
        path: '/v1/complete',
        summary: 'A text completion',
        request: ['TextCompletionRequest'],
        answer: 'TextCompletion',
        stream: { type: sse, event: 'TextCompletionEvent', description: named },
      },
      ...models,
      ...streams,
    ],
    errors: ['AnthropicError'],
    security: keys,
  },
  bedrock: {
    title: 'Sluice for Bedrock runtime clients',
    operations: [
      {
        method: 'post',
        path: '/model/{id}/converse',
        summary: 'A response from any model',
        request: ['ConverseRequest'],
        answer: 'ConverseAnswer',
      },
      {
        method: 'post',
        path: '/model/{id}/converse-stream',
        summary: 'A response from any model, as a stream',
        request: ['ConverseRequest'],
        stream: frames,
      },
      {
        method: 'post',
        path: '/model/{id}/invoke',
        summary: 'A response to a Claude request body',
        request: ['InvokeRequest'],
        answer: 'InvokeAnswer',
      },
      {
        method: 'post',
        path: '/model/{id}/invoke-with-response-stream',
        summary: 'A response to a Claude request body, as a stream',
        request: ['InvokeRequest'],
        stream: frames,
      },
      {
        method: 'post',
        path: '/model/{id}/count-tokens',
        summary: 'Count the tokens of a prompt',
        request: ['CountedRequest'],
        answer: 'InputTokens',
      },
      ...streams,
    ],
    errors: ['BedrockError'],
    security: ['awsSignature', ...keys],
  },
};
