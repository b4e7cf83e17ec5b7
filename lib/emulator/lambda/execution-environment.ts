import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Invocation, InvocationFailure } from './invocation.ts';
import { type RuntimeApi, type RuntimeEvent, startRuntimeApi } from './runtime-api.ts';
import { startRuntimeProcess } from './runtime-process.ts';
import type { FunctionSettings } from './settings.ts';

interface Running {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly deadline: NodeJS.Timeout;
}

/** One process that answers one request at a time, and is frozen in between. It ends by itself, or by the deadline. */
export class ExecutionEnvironment {
  /** How many requests it has taken. */
  invocations = 0;
  readonly pid: number;
  /** Milliseconds from the start of the process until it first asked for work. */
  initMs: number | undefined;
  readonly #settings: FunctionSettings;
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #startedAt = performance.now();
  #send: ((event: RuntimeEvent) => void) | undefined;
  /** Waits for a process that is still starting. */
  #first: Invocation | undefined;
  #running: Running | undefined;
  /** There while a process has answered and has yet to ask for more work. */
  #settling: PromiseWithResolvers<void> | undefined;

  static async start(settings: FunctionSettings, index: number): Promise<ExecutionEnvironment> {
    let environment: ExecutionEnvironment;
    const api = await startRuntimeApi({
      next: (send) => environment.#next(send),
      response: (id, body) => environment.#answered(id, body),
      error: (id, error) => environment.#failed(id, error),
      initError: (error) => environment.#report('initError', { error }),
    });
    environment = new ExecutionEnvironment(settings, api, startRuntimeProcess(settings, api.address, `[$LATEST]${index}`));
    return environment;
  }

  private constructor(settings: FunctionSettings, api: RuntimeApi, child: ChildProcess) {
    this.#settings = settings;
    this.#api = api;
    this.#process = child;
    this.pid = child.pid ?? 0;
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', settings.log);
    }
    // The processes of an emulator that ends without being closed.
    const orphan = () => this.#kill();
    process.once('exit', orphan);
    child.once('exit', () => {
      process.off('exit', orphan);
      this.#fail('crash');
      this.#settling?.resolve();
      void api.close();
    });
  }

  /** It has started and waits for work. */
  get isIdle(): boolean {
    return this.#send !== undefined;
  }

  get isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Resolves when a process that has answered is idle, or has ended; `undefined` for one that has yet to answer. */
  get settling(): Promise<void> | undefined {
    return this.#settling?.promise;
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    if (!this.isGone) await once(this.#process, 'exit');
  }

  async close(): Promise<void> {
    this.#kill();
    await this.ended();
    await this.#api.close();
  }

  invoke(invocation: Invocation): void {
    if (this.#send) this.#deliver(invocation, this.#send);
    else this.#first = invocation;
  }

  /** The runtime asks for work: what it did before is done. */
  #next(send: (event: RuntimeEvent) => void): void {
    this.initMs ??= Math.round(performance.now() - this.#startedAt);
    this.#finish();
    this.#send = send;
    this.#settling?.resolve();
    this.#settling = undefined;
    const waiting = this.#first;
    this.#first = undefined;
    if (waiting) this.#deliver(waiting, send);
    else if (this.#settings.freeze) this.#process.kill('SIGSTOP');
  }

  #find(id: string): Invocation | undefined {
    return this.#running?.invocation.id === id ? this.#running.invocation : undefined;
  }

  async #answered(id: string, body: IncomingMessage): Promise<void> {
    await this.#find(id)?.answer(body);
    this.#settling ??= Promise.withResolvers<void>();
  }

  #failed(id: string, error: string): void {
    this.#report('functionError', { requestId: id, error });
    this.#find(id)?.fail('function-error');
    this.#settling ??= Promise.withResolvers<void>();
  }

  #deliver(invocation: Invocation, send: (event: RuntimeEvent) => void): void {
    const { name, timeoutMs, freeze } = this.#settings;
    this.#send = undefined;
    this.invocations++;
    if (freeze) this.#process.kill('SIGCONT');
    const deadline = setTimeout(() => {
      this.#fail('timeout');
      this.#kill();
    }, timeoutMs);
    this.#running = { invocation, startedAt: performance.now(), deadline };
    const functionArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    send({ id: invocation.id, event: invocation.event, deadline: Date.now() + timeoutMs, functionArn });
  }

  #finish(status = 'success'): void {
    const running = this.#running;
    if (!running) return;
    clearTimeout(running.deadline);
    this.#running = undefined;
    const durationMs = Math.round(performance.now() - running.startedAt);
    const initDurationMs = this.invocations === 1 ? this.initMs : undefined;
    this.#report('report', { requestId: running.invocation.id, status, metrics: { durationMs, initDurationMs } });
  }

  #fail(failure: InvocationFailure): void {
    const invocation = this.#running?.invocation ?? this.#first;
    this.#first = undefined;
    this.#finish(failure);
    invocation?.fail(failure);
  }

  /** A line of the platform's own in the log. */
  #report(type: string, record: object): void {
    this.#settings.log(JSON.stringify({ type: `platform.${type}`, record: { pid: this.pid, ...record } }));
  }

  #kill(): void {
    this.#process.kill('SIGKILL');
  }
}
