import type { Context, Hono } from 'hono';

/** What the host of an app passes with each request. An app also runs without it. */
export interface Host {
  /** The host's own id of this request, which its own log entries contain. */
  readonly requestId?: string;
  /** The client, if the host has authenticated it: the ARN of the AWS principal that signed the request. */
  readonly principal?: string;
  /** How long this request may still run, in milliseconds. Missing if there is no limit. */
  readonly remainingMs?: () => number;
  /** Registers work that must finish before the host may stop or freeze. Missing if it does neither. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** The client is gone. Missing if the host can't see it. */
  readonly isDisconnected?: () => boolean;
}

export type App = Hono<{ Bindings: Host }>;
export type AppContext = Context<{ Bindings: Host }>;
