import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Client, clients } from '../support/clients.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { type Provided, provided } from './provided.ts';

/** A server that must never get a connection. */
let canary: RawServer;
let house: Provided;
beforeAll(async () => {
  canary = await rawServer((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  house = await provided(chatStream);
});
afterAll(async () => {
  expect(canary.received).toEqual([]);
  await canary.close();
  await house.provider.close();
});

/** Request members through which gateways have let a client choose where to connect, or with which key. */
// biome-ignore format: a list to be read as one
const members = [
  'api_base', 'apiBase', 'base_url', 'baseUrl', 'baseURL', 'api_url', 'url', 'uri', 'host', 'hostname', 'endpoint', 'endpoint_url',
  'azure_endpoint', 'azure_ad_token', 'custom_host', 'customHost', 'custom_llm_provider', 'provider', 'proxy', 'http_proxy',
  'https_proxy', 'api_version', 'api_key', 'apiKey', 'aws_bedrock_runtime_endpoint', 'aws_region_name', 'region', 'vertex_location',
  'openai_api_base', 'anthropic_base_url', 'deployment_id', 'target', 'target_url', 'upstream', 'forward_to', 'callback_url',
  'webhook', 'redirect', 'origin', 'server', 'gateway', 'transport',
];

/** The same in forms that nest. */
const nested: ((where: string) => JsonObject)[] = [
  (where) => ({ extra_body: { base_url: where, api_base: where } }),
  (where) => ({ extra_headers: { host: where } }),
  (where) => ({ litellm_params: { api_base: where } }),
  (where) => ({ config: { targets: [{ custom_host: where }] } }),
  (where) => ({ fallbacks: [{ model: 'steady', api_base: where }] }),
  (where) => ({ model_list: [{ model_name: 'steady', litellm_params: { api_base: where } }] }),
  (where) => ({ metadata: { api_base: where, base_url: where } }),
  (where) => ({ providerOptions: { openai: { baseURL: where } } }),
];

/** Headers by which they have. */
// biome-ignore format: a list to be read as one
const headers = [
  'x-forwarded-host', 'x-forwarded-server', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'forwarded', 'x-host',
  'x-original-host', 'x-original-url', 'x-rewrite-url', 'x-custom-host', 'x-portkey-custom-host', 'x-portkey-provider',
  'x-portkey-config', 'x-portkey-forward-headers', 'x-portkey-azure-resource-name', 'x-portkey-api-key', 'helicone-target-url',
  'helicone-openai-api-base', 'openai-base-url', 'x-openai-base-url', 'x-base-url', 'x-api-base', 'x-target-url', 'x-target-host',
  'x-upstream', 'x-upstream-host', 'x-upstream-url', 'x-endpoint', 'x-proxy-url', 'cf-aig-custom-provider', 'x-amz-target',
  'x-amz-security-token', 'x-goog-user-project', 'openai-organization', 'referer', 'via', 'true-client-ip', 'cookie',
  'x-http-method-override', 'x-sluice-provider', 'x-sluice-upstream', 'proxy-authorization', 'te', 'trailer',
];

/** What of this request arrived at the provider. */
async function asked({ stack, provider }: Provided, client: Client, more: JsonObject, sent: Record<string, string> = {}) {
  const before = provider.received.length;
  const { path, body } = client.ask('steady', true);
  const answer = await stack.post(path, { ...body, ...more }, { headers: sent });
  await answer.arrayBuffer();
  return { status: answer.status, calls: provider.received.slice(before) };
}

describe.each(clients.map((client) => [client.dialect, client] as const))('the upstream host, for %s,', (_dialect, client) => {
  test('doesn’t depend on any member of a request', async () => {
    const { url } = canary;
    const all = [
      ...members.flatMap((name) => [{ [name]: url.href }, { [name]: url.host }]),
      ...nested.map((more) => more(url.href)),
    ];
    for (const more of all) {
      const { status, calls } = await asked(house, client, more);
      expect([200, 400], JSON.stringify(more)).toContain(status);
      expect(calls).toHaveLength(status === 200 ? 1 : 0);
      for (const call of calls) expect(call, JSON.stringify(more)).toContain(`\r\nHost: ${house.provider.url.host}\r\n`);
    }
    expect(canary.received).toEqual([]);
  });

  test('doesn’t depend on any header, and none is forwarded', async () => {
    for (const name of headers) {
      const { status, calls } = await asked(house, client, {}, { [name]: canary.url.host });
      expect(status, name).toBe(200);
      expect(calls[0]?.split('\r\n\r\n')[0], name).not.toContain(canary.url.host);
    }
    expect(canary.received).toEqual([]);
  });

  test('doesn’t depend on the model name', async () => {
    const { href, host } = canary.url;
    const names = [
      href,
      `//${host}/`,
      `@${host}`,
      `first/${href}`,
      `first//${host}`,
      `first/@${host}`,
      `first/../../${host}`,
      'first/..',
    ];
    for (const name of [...names, `first/x?y=${href}`, `first/x#@${host}`, `first/\\\\${host}`, `openai/${href}`, `${host}/x`]) {
      const { path, body } = client.ask(client.dialect.startsWith('bedrock') ? encodeURIComponent(name) : name, true);
      const answer = await house.stack.post(path, body);
      await answer.arrayBuffer();
      expect([200, 400, 404, 502], name).toContain(answer.status);
    }
    expect(canary.received).toEqual([]);
  });
});

describe('a provider response that points elsewhere', () => {
  test.each([301, 302, 303, 307, 308])('with %s is not followed', async (status) => {
    const elsewhere = await provided(
      chatStream,
      {},
      {},
      (socket) =>
        void socket.end(
          `HTTP/1.1 ${status} Moved\r\nlocation: ${canary.url.href}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        ),
    );
    for (const client of clients) {
      const { path, body } = client.ask('steady', true);
      const answer = await elsewhere.stack.post(path, body);
      expect(answer.status).toBe(client.status('upstream_redirect'));
      expect(await answer.text()).not.toContain(canary.url.host);
      expect(JSON.parse(elsewhere.stack.log.at(-1) ?? '')).toMatchObject({ outcome: 'upstream_redirect' });
    }
    await elsewhere.provider.close();
    expect(canary.received).toEqual([]);
  });
});

/** A question with a picture or a document at this address, in each dialect that knows any. */
const withUrls: Partial<Record<Client['dialect'], (url: string) => JsonObject[]>> = {
  'openai-chat': (url) => [
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] },
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: url, filename: 'a.pdf' } }] }] },
  ],
  'openai-responses': (url) => [
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] },
    { input: [{ role: 'user', content: [{ type: 'input_file', file_url: url }] }] },
    { input: 'x', tools: [{ type: 'mcp', server_label: 'a', server_url: url }] },
  ],
  'anthropic-messages': (url) => [
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url } }] }] },
    { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'url', url } }] }] },
    { messages: [{ role: 'user', content: 'x' }], mcp_servers: [{ type: 'url', name: 'a', url }] },
  ],
};

describe('a URL inside the conversation', () => {
  for (const { providerStream, client } of spokenKinds.flatMap((providerStream) =>
    clients.map((client) => ({ providerStream, client })),
  )) {
    const questions = withUrls[client.dialect];
    if (!questions) continue;
    test(`is never fetched: ${client.dialect} to ${providerStream.name}`, async () => {
      const one = await provided(providerStream);
      for (const more of questions(`${canary.url.href}picture.png`)) {
        const { path, body } = client.ask('steady', false);
        const answer = await one.stack.post(path, { ...body, ...more });
        await answer.arrayBuffer();
        expect([200, 400]).toContain(answer.status);
      }
      await one.provider.close();
      expect(canary.received).toEqual([]);
    });
  }
});
