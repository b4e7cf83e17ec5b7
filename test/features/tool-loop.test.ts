import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type AskedProvider, askedProviders, type Lab, openLab } from './lab.ts';
import { type Called, type Talker, talkers } from './sdk-clients.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

/** Providers that sign or seal what their models think, and refuse it changed. */
const signing = /^(OpenAI, Responses|Anthropic|Gemini|Bedrock, Claude \(.*\))$/;

/** A signature in each provider's form, as it appears in a request. */
const signatures = /"(?:signature|thoughtSignature|encrypted_content)":"([^"]+)"/g;

const weather: Readonly<Record<string, string>> = { Paris: 'Rain, 11 degrees', Berlin: 'Snow, -3 degrees' };

/** One conversation of a client with a provider, turn by turn, as the client keeps it. */
class Conversation {
  /** Every signature that the provider has given so far. */
  readonly signatures = new Set<string>();
  /** The body of the last call of the provider. */
  sent = '';
  /** Where it went. */
  path = '';
  readonly #talker: Talker;
  #model: string;
  readonly #stream: boolean;
  #turns: JsonObject[] = [];

  constructor(talker: Talker, provider: AskedProvider, stream: boolean) {
    this.#talker = talker;
    this.#model = provider.model;
    this.#stream = stream;
  }

  /** The next turn goes to another provider. */
  move({ model }: AskedProvider): void {
    this.#model = model;
  }

  say(said: string): Promise<{ calls: Called[]; text: string }> {
    return this.#ask([this.#talker.user(said)]);
  }

  give(calls: readonly Called[], result: (call: Called) => string): Promise<{ calls: Called[]; text: string }> {
    return this.#ask(this.#talker.results(calls, result));
  }

  /** What comes of results that are given with this signature changed. */
  changed(signature: string, calls: readonly Called[]): Promise<Response> {
    const turns = [...this.#turns, ...this.#talker.results(calls, () => '')];
    const body = this.#talker.body(this.#model, turns, this.#stream);
    return this.#post(JSON.stringify(body).replaceAll(signature, `${signature.slice(0, -8)}changed=`));
  }

  #post(body: JsonObject | string): Promise<Response> {
    return lab.served.post(this.#talker.path(this.#model, this.#stream), body);
  }

  async #ask(more: JsonObject[]) {
    this.#turns = [...this.#turns, ...more];
    const answer = await this.#post(this.#talker.body(this.#model, this.#turns, this.#stream));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect(answer.status, Buffer.from(bytes).toString()).toBe(200);
    const call = lab.last();
    if (!call) throw new Error('no provider was asked');
    this.sent = JSON.stringify(call.body);
    this.path = call.path;
    // Bedrock's own bodies are base64 inside of its chunks.
    const { raw } = await lab.truth(call);
    const said = raw.replaceAll(/"bytes":"([^"]+)"/g, (_, bytes: string) => Buffer.from(bytes, 'base64').toString());
    for (const [, signature = ''] of said.matchAll(signatures)) this.signatures.add(signature);
    const heard = this.#talker.heard(bytes, this.#stream);
    this.#turns = [...this.#turns, ...heard];
    return { calls: this.#talker.calls(heard), text: this.#talker.text(heard) };
  }
}

const pairs = talkers.flatMap((talker) =>
  askedProviders
    .filter(({ textAlone }) => !textAlone)
    .map((provider) => ({ name: `a client of ${talker.name} with ${provider.name}`, talker, provider })),
);

describe.each(pairs)('$name', ({ talker, provider }) => {
  test.each(['a stream', 'one piece'])('calls tools, continues with their results and calls again, in %s', async (form) => {
    const conversation = new Conversation(talker, provider, form === 'a stream');

    const first = await conversation.say('What is the weather in Paris and Berlin?');
    expect(first.calls.map(({ name, given }) => ({ name, given }))).toEqual([
      { name: 'get_weather', given: { city: 'Paris' } },
      { name: 'get_weather', given: { city: 'Berlin' } },
    ]);
    expect(new Set(first.calls.map(({ id }) => id)).size).toBe(2);
    const given = [...conversation.signatures];
    expect(given.length > 0).toBe(signing.test(provider.name) || conversation.path === '/v1/responses');

    const reply = await conversation.give(first.calls, ({ given }) => weather[(given as { city: string }).city] ?? '');
    expect(reply.text).toContain('“Rain, 11 degrees” and “Snow, -3 degrees”');
    for (const signature of given) expect(conversation.sent).toContain(signature);
    // These would show the signature at the end of Gemini's text as an empty block.
    const leavesOutLast = provider.name === 'Gemini' && /Messages|Converse/.test(talker.name);
    const leftOut = leavesOutLast ? [...conversation.signatures].filter((signature) => !given.includes(signature)) : [];

    const second = await conversation.say('What is the current time?');
    expect(second.calls.map(({ name, given }) => ({ name, given }))).toEqual([{ name: 'current_time', given: {} }]);
    const all = [...conversation.signatures];

    const last = await conversation.give(second.calls, () => 'Half past nine');
    expect(last.text).toContain('“Half past nine”');
    for (const signature of all) expect(conversation.sent.includes(signature)).toBe(!leftOut.includes(signature));
  });
});

/** The vendor of each provider's signatures. Models of one vendor accept each other's on every host. */
const makerOf = ({ name }: AskedProvider) => (/Claude|Anthropic/.test(name) ? 'Anthropic' : name);

const signers = askedProviders.filter(({ name }) => signing.test(name));

describe.each(talkers.filter(({ name }) => name === 'Messages'))('a client of $name', (talker) => {
  test.each(signers)('is rejected by $name if it changed a signature', async (provider) => {
    const conversation = new Conversation(talker, provider, true);
    const { calls } = await conversation.say('What is the weather in Paris?');
    const [signature = ''] = conversation.signatures;
    const answer = await conversation.changed(signature, calls);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/signature|could not be verified/)]);
  });
});

describe.each(talkers)('a client of $name', (talker) => {
  const moves = signers.flatMap((first) =>
    signers.filter((second) => second !== first).map((second) => ({ from: first.name, to: second.name, first, second })),
  );
  test.each(moves)(
    'that moves from $from to $to and back returns only each provider’s own signatures',
    async ({ first, second }) => {
      const conversation = new Conversation(talker, first, true);
      const { calls } = await conversation.say('What is the weather in Paris?');
      const given = [...conversation.signatures];
      expect(given).not.toEqual([]);

      conversation.move(second);
      const reply = await conversation.give(calls, () => 'Rain, 11 degrees');
      expect(reply.text).toContain('“Rain, 11 degrees”');
      expect(conversation.sent).not.toContain('sluice/');
      const known = makerOf(first) === makerOf(second);
      for (const signature of given) expect(conversation.sent.includes(signature), 'the first one`s signature').toBe(known);

      conversation.move(first);
      const own = [...given];
      const others = [...conversation.signatures].filter((signature) => !given.includes(signature));
      await conversation.say('Thank you.');
      expect(conversation.sent).not.toContain('sluice/');
      for (const signature of own) expect(conversation.sent).toContain(signature);
      for (const signature of others) expect(conversation.sent.includes(signature), 'the other`s signature').toBe(known);
    },
  );
});
