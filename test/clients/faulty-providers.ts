import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { chunkOf, endOfChunks, streamHead } from '../support/http-bytes.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';

/** What every faulty provider sends before it fails. */
export const saidBefore = 'Grüße, 東京 🌍';

const drip = 'slow drip past the total timeout';

/** What goes wrong after the first content, on a connection whose stream has begun. */
const faults: Record<string, (socket: Socket, providerStream: ProviderStream) => void | Promise<void>> = {
  'connection closed': (socket) => void socket.end(),
  'connection reset': (socket) => void socket.resetAndDestroy(),
  'clean end without a finish': (socket) => void socket.end(endOfChunks),
  'clean end inside a tool call': (socket, { tool }) =>
    void socket.end(Buffer.concat([chunkOf(tool('get_weather', '{"city":"Par')), endOfChunks])),
  'terminator without a finish': (socket, { stop }) =>
    void socket.end(Buffer.concat([chunkOf(stop.usage, stop.terminator), endOfChunks])),
  'error event from the provider': (socket, { failure }) =>
    void socket.end(Buffer.concat([chunkOf(failure(...failures)), endOfChunks])),
  'malformed event, then more events': (socket, providerStream) => {
    const { finish, usage, terminator } = providerStream.stop;
    socket.end(
      Buffer.concat([
        chunkOf(providerStream.frame('{"broken":')),
        chunkOf(providerStream.text(' more')),
        chunkOf(finish, usage, terminator),
        endOfChunks,
      ]),
    );
  },
  'silence past the idle timeout': () => {},
  [drip]: async (socket, { text }) => {
    while (!socket.destroyed) {
      socket.write(chunkOf(text('.')));
      await sleep(40);
    }
  },
};

const failures = ['internalServerException', 'Something broke over here.'] as const;

export const faultNames: readonly string[] = Object.keys(faults);
/** Both depths of the pipeline for every client: a provider of its own dialect, and of another. */
const providerStream: readonly ProviderStream[] = spokenKinds.filter(({ name }) => name !== 'gemini');
export const kinds: readonly string[] = providerStream.map(({ name }) => name);

/** One stream that goes wrong. */
export interface Cell {
  readonly kind: string;
  readonly fault: string;
}

export interface FaultyProviders {
  readonly config: ConfigInput;
  readonly environment: Readonly<Record<string, string>>;
  /** Signals every answer of the gateway, so a failure after the first content can wait for it. */
  onAnswer(answer: Response): void;
  close(): Promise<void>;
}

/** The unique model name for this cell's request. */
export function modelOf(cells: readonly Cell[], cell: Cell): string {
  return `cell-${cells.indexOf(cell)}`;
}

/** One loopback provider of each kind, and a configuration that names each cell as a model. */
export async function faultyProviders(cells: readonly Cell[]): Promise<FaultyProviders> {
  const delivered = cells.map(() => Promise.withResolvers<void>());

  async function misbehave(api: ProviderStream, socket: Socket, request: string): Promise<void> {
    // The model is in the path of some calls and in the body of others, which may come after the head.
    let asked = request;
    while (!cellIn(asked)) asked += String(await new Promise((resolve) => socket.once('data', resolve)));
    const index = Number(cellIn(asked));
    socket.write(Buffer.concat([streamHead(api), chunkOf(api.envelope, api.text(saidBefore))]));
    await delivered[index]?.promise;
    await faults[cells[index]?.fault ?? '']?.(socket, api);
  }

  const servers = await Promise.all(
    providerStream.map(async (one): Promise<[ProviderStream, RawServer]> => {
      return [one, await rawServer((socket, request) => misbehave(one, socket, request))];
    }),
  );
  const models = cells.map((cell, index) => {
    const { name, model } = providerStream.find(({ name }) => name === cell.kind) ?? {};
    const timeouts = { idle: '200ms', total: cell.fault === drip ? '1s' : '60s' };
    return [modelOf(cells, cell), { targets: [`lab-${name}/${model}-cell-${index}.`], timeouts }];
  });
  return {
    config: {
      providers: Object.fromEntries(
        servers.map(([{ name, kind }, { url }]) => [
          `lab-${name}`,
          { kind, baseUrl: url.href, region: 'us-east-1', key: { env: 'LAB_KEY' } },
        ]),
      ),
      models: Object.fromEntries(models),
    },
    environment: {
      LAB_KEY: 'any-key-of-the-lab',
      AWS_ACCESS_KEY: 'AKIDLABLABLABLABLAB0',
      AWS_SECRET_KEY: 'any-secret-of-the-lab',
    },
    onAnswer: ({ headers }) => delivered[Number(cellIn(headers.get('x-sluice-model') ?? ''))]?.resolve(),
    close: async () => {
      await Promise.all(servers.map(([, server]) => server.close()));
    },
  };
}

function cellIn(text: string): string | undefined {
  return /-cell-(\d+)\./.exec(text)?.[1];
}
