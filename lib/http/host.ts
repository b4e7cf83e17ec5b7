import type { Context, Hono } from 'hono';

/** What the host of an app tells it beside each request. An app runs without any of it. */
export interface Host {
  /** The host's own id for this request, by which its own lines in the log are found. */
  readonly requestId?: string;
  /** Who is asking, where the host has seen to it before the app was asked: the ARN of who signed the request for AWS. */
  readonly caller?: string;
  /** How long this request may still run here, in milliseconds; absent where there is no end. */
  readonly remainingMs?: () => number;
  /** Work that must be done before the host may stop or freeze; absent where it does neither. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

export type App = Hono<{ Bindings: Host }>;
export type AppContext = Context<{ Bindings: Host }>;
