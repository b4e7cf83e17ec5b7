/** One request that can be made, and what it is answered with. Names are those of `requests` and `answers`. */
export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  /** What its body may be; several where one path takes several. */
  readonly request?: readonly string[];
  readonly answer?: string;
  /** What a stream is made of, where `stream: true` or the path asks for one. */
  readonly stream?: { readonly type: string; readonly event?: string; readonly says: string };
}

/** The operations of one function, and how it tells of failures. */
export interface Family {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly errors: readonly string[];
  readonly security: readonly string[];
}

export type FamilyName = 'openai' | 'anthropic' | 'bedrock';

const sse = 'text/event-stream';
const chunks = 'Each event is `data:` and such an object on one line; `data: [DONE]` is the last.';
const named = 'Each event has its name in `event:` and such an object in `data:`.';
const models: readonly Operation[] = [
  { method: 'get', path: '/v1/models', summary: 'The models that this key may use', answer: 'ModelList' },
  { method: 'get', path: '/v1/models/{id}', summary: 'One model', answer: 'Model' },
];
const keys = ['bearer', 'xApiKey', 'apiKey'];

const chat = { answer: 'ChatCompletion', stream: { type: sse, event: 'ChatCompletionChunk', says: chunks } };
const completion = { answer: 'Completion', stream: { type: sse, event: 'CompletionChunk', says: chunks } };
const frames = { type: 'application/vnd.amazon.eventstream', says: 'Binary frames, as the AWS SDKs read them.' };

export const families: Readonly<Record<FamilyName, Family>> = {
  openai: {
    title: 'Sluice for OpenAI’s clients',
    // A body of the Responses API may be posted to chat completions; Cursor does so.
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
        stream: { type: sse, event: 'ResponseEvent', says: named },
      },
      { method: 'post', path: '/v1/completions', summary: 'A text completion', request: ['CompletionRequest'], ...completion },
      { method: 'get', path: '/v1/completions', summary: 'Are address and key good?', answer: 'Status' },
      {
        method: 'post',
        path: '/openai/deployments/{model}/chat/completions',
        summary: 'A chat completion, as Azure’s clients ask for it',
        request: ['DeployedChatCompletionRequest'],
        ...chat,
      },
      {
        method: 'post',
        path: '/openai/deployments/{model}/completions',
        summary: 'A text completion, as Azure’s clients ask for it',
        request: ['DeployedCompletionRequest'],
        ...completion,
      },
      ...models,
    ],
    errors: ['OpenaiError', 'PredictionGuardError'],
    security: keys,
  },
  anthropic: {
    title: 'Sluice for Anthropic’s clients',
    operations: [
      {
        method: 'post',
        path: '/v1/messages',
        summary: 'A message',
        request: ['MessageRequest'],
        answer: 'Message',
        stream: { type: sse, event: 'MessageEvent', says: named },
      },
      {
        method: 'post',
        path: '/v1/messages/count_tokens',
        summary: 'How many tokens a prompt has, as its provider counts',
        request: ['TokenCountRequest'],
        answer: 'TokenCount',
      },
      {
        method: 'post',
        path: '/v1/complete',
        summary: 'A text completion',
        request: ['TextCompletionRequest'],
        answer: 'TextCompletion',
        stream: { type: sse, event: 'TextCompletionEvent', says: named },
      },
      ...models,
    ],
    errors: ['AnthropicError'],
    security: keys,
  },
  bedrock: {
    title: 'Sluice for clients of Bedrock’s runtime',
    operations: [
      {
        method: 'post',
        path: '/model/{id}/converse',
        summary: 'An answer of any model',
        request: ['ConverseRequest'],
        answer: 'ConverseAnswer',
      },
      {
        method: 'post',
        path: '/model/{id}/converse-stream',
        summary: 'An answer of any model, as a stream',
        request: ['ConverseRequest'],
        stream: frames,
      },
      {
        method: 'post',
        path: '/model/{id}/invoke',
        summary: 'An answer to a body for Claude',
        request: ['InvokeRequest'],
        answer: 'InvokeAnswer',
      },
      {
        method: 'post',
        path: '/model/{id}/invoke-with-response-stream',
        summary: 'An answer to a body for Claude, as a stream',
        request: ['InvokeRequest'],
        stream: frames,
      },
    ],
    errors: ['BedrockError'],
    security: ['awsSignature', ...keys],
  },
};
