import type { AnswerState } from '../../lib/gateway/answer-state.ts';
import type { Sink } from '../../lib/gateway/deliver.ts';
import { createGateway, type Gateway } from '../../lib/gateway/gateway.ts';
import type { GatewayRequest, Route, Target } from '../../lib/gateway/gateway-request.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { Parameters } from '../../lib/stream/request.ts';
import type { ManualClock } from './manual-clock.ts';
import { plainDialect, plainRequest } from './plain-dialect.ts';
import type { Step } from './script-provider.ts';

/** The limits of every scripted call, in milliseconds. */
export const timeouts = { connect: 5_000, firstContent: 30_000, idle: 20_000, total: 100_000 };
export const start: StreamEvent = { type: 'start', id: 'a', model: 'm' };
export const block: StreamEvent = { type: 'block-start', index: 0, block: { kind: 'text' } };
export const end: StreamEvent = { type: 'block-end', index: 0 };
export const finish: StreamEvent = { type: 'finish', reason: 'stop', rawReason: 'stop', usage: {} };
export const say = (text: string): StreamEvent => ({ type: 'text-delta', index: 0, text });
export const whole = (...texts: string[]): Step[] => [start, block, ...texts.map(say), end, finish];
export const overloaded = new SluiceError('server_overloaded', 'busy');

export interface AskSettings {
  stream?: boolean;
  commitAfterMs?: number;
  route?: Partial<Route>;
  parameters?: Parameters;
  /** Whether every target takes up its own turn. */
  prefill?: boolean;
  /** One that earlier questions were put to: circuits are remembered by it. */
  gateway?: Gateway;
}

export function scriptedGateway(clock: ManualClock, commitAfterMs = 10_000): Gateway {
  return createGateway({ clock, commitAfterMs, heartbeatMs: 15_000, random: () => 0.5 });
}

/** A question put to these providers in order, read by a reader whose pace the test decides. */
export function ask(clock: ManualClock, providers: Provider[], settings: AskSettings = {}) {
  const gateway = settings.gateway ?? scriptedGateway(clock, settings.commitAfterMs);
  const targets = providers.map((provider): Target => ({ provider, model: 'm', timeouts, prefill: settings.prefill ?? false }));
  const answerState: AnswerState = { attempts: [] };
  const left = new AbortController();
  const gatewayRequest: GatewayRequest = {
    request: { ...plainRequest({ stream: settings.stream ?? true }), parameters: settings.parameters ?? {} },
    client: plainDialect,
    route: {
      name: 'm',
      targets,
      totalMs: timeouts.total,
      retries: 0,
      continueText: false,
      ...settings.route,
    },
    requestId: 'req',
    answerId: 'plain-1',
    created: 0,
    headers: {},
    signal: left.signal,
    answerState,
  };
  const pieces: string[] = [];
  let ended = false;
  let destroyed = false;
  let slow: PromiseWithResolvers<void> | undefined;
  const sink: Sink = {
    write(piece) {
      pieces.push(String(piece));
      return slow?.promise;
    },
    end() {
      ended = true;
    },
    destroy() {
      destroyed = true;
    },
  };
  return {
    gateway,
    gatewayRequest,
    answerState,
    pieces,
    lines: () => pieces.join('').split('\n').slice(0, -1),
    ended: () => ended,
    destroyed: () => destroyed,
    abort: () => left.abort(new SluiceError('client_closed', 'left')),
    readSlowly: () => {
      slow = Promise.withResolvers();
    },
    readOn: () => {
      slow?.resolve();
      slow = undefined;
    },
    async run(): Promise<void> {
      const source = await gateway.stream(gatewayRequest);
      await source(sink);
    },
  };
}
