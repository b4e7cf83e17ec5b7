import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Invocation, InvocationFailure } from './invocation.ts';
import { peakMemory } from './peak-memory.ts';
import { type RuntimeApi, type RuntimeEvent, startRuntimeApi } from './runtime-api.ts';
import { startRuntimeProcess } from './runtime-process.ts';
import type { FunctionSettings } from './settings.ts';

interface Running {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly deadline: NodeJS.Timeout;
  readonly memoryCheck: NodeJS.Timeout;
  /** Its response has begun. */
  begun: boolean;
  /** Resolves when the whole response has arrived, or when there will be none. */
  readonly over: PromiseWithResolvers<void>;
}

/**
 * How long a runtime that requests more work may still begin a response, in milliseconds. The response uses another
 * connection.
 */
const lateAnswerMs = 1000;
/** The time between two looks at the memory of a running process, in milliseconds. */
const memoryCheckMs = 50;

/**
 * One process that handles one request at a time and is frozen between requests. It ends by itself, at the deadline, or
 * when it has used more memory than the function has (on Linux).
 */
export class ExecutionEnvironment {
  /** The number of requests so far. */
  invocations = 0;
  readonly pid: number;
  /** Milliseconds from the start of the process until it first requested work. */
  initMs: number | undefined;
  readonly #settings: FunctionSettings;
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #startedAt = performance.now();
  #send: ((event: RuntimeEvent) => void) | undefined;
  /** Waits for a process that is still starting. */
  #first: Invocation | undefined;
  #running: Running | undefined;
  #killed = false;
  /** Set after a process has responded and before it requests more work. */
  #settling: PromiseWithResolvers<void> | undefined;

  static async start(settings: FunctionSettings, index: number): Promise<ExecutionEnvironment> {
    let environment: ExecutionEnvironment;
    const api = await startRuntimeApi({
      next: (send) => void environment.#next(send),
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
    child.once('exit', () => {
      this.#fail('crash');
      this.#settling?.resolve();
      void api.close();
    });
  }

  /** It has started and is idle. */
  get isIdle(): boolean {
    return this.#send !== undefined;
  }

  get isGone(): boolean {
    return this.#killed || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Resolves when a process that has responded is idle or has ended. `undefined` if it hasn't responded yet. */
  get settling(): Promise<void> | undefined {
    return this.#settling?.promise;
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
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

  /** The runtime requests work, so its previous work is done. */
  async #next(send: (event: RuntimeEvent) => void): Promise<void> {
    this.initMs ??= Math.round(performance.now() - this.#startedAt);
    await this.#answerOf(this.#running);
    if (this.#running) this.#checkMemory();
    if (this.#killed) return;
    this.#finish();
    this.#send = send;
    this.#settling?.resolve();
    this.#settling = undefined;
    const waiting = this.#first;
    this.#first = undefined;
    if (waiting) this.#deliver(waiting, send);
    else if (this.#settings.freeze) this.#process.kill('SIGSTOP');
  }

  async #answerOf(running: Running | undefined): Promise<void> {
    if (!running) return;
    const late = setTimeout(() => {
      if (!running.begun) this.#fail('function-error');
    }, lateAnswerMs);
    await running.over.promise;
    clearTimeout(late);
  }

  #find(id: string): Running | undefined {
    return this.#running?.invocation.id === id ? this.#running : undefined;
  }

  async #answered(id: string, body: IncomingMessage): Promise<void> {
    const running = this.#find(id);
    if (!running) return;
    running.begun = true;
    await running.invocation.answer(body);
    this.#settle(running);
  }

  #failed(id: string, error: string): void {
    this.#report('functionError', { requestId: id, error });
    const running = this.#find(id);
    if (!running) return;
    running.invocation.fail('function-error');
    this.#settle(running);
  }

  #settle(running: Running): void {
    this.#settling ??= Promise.withResolvers<void>();
    running.over.resolve();
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
    const memoryCheck = setInterval(() => this.#checkMemory(), memoryCheckMs);
    const over = Promise.withResolvers<void>();
    this.#running = { invocation, startedAt: performance.now(), deadline, memoryCheck, begun: false, over };
    const functionArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    send({ id: invocation.id, event: invocation.event, deadline: Date.now() + timeoutMs, functionArn });
  }

  #finish(status = 'success'): void {
    const running = this.#running;
    if (!running) return;
    clearTimeout(running.deadline);
    clearInterval(running.memoryCheck);
    this.#running = undefined;
    running.over.resolve();
    const maxMemoryUsedMB = peakMemory(this.pid);
    const durationMs = Math.round(performance.now() - running.startedAt);
    const initDurationMs = this.invocations === 1 ? this.initMs : undefined;
    this.#report('report', {
      requestId: running.invocation.id,
      status,
      metrics: { durationMs, initDurationMs, maxMemoryUsedMB },
    });
  }

  #checkMemory(): void {
    const used = peakMemory(this.pid);
    if (used === undefined || used <= this.#settings.memory) return;
    this.#fail('out-of-memory');
    this.#kill();
  }

  #fail(failure: InvocationFailure): void {
    const invocation = this.#running?.invocation ?? this.#first;
    this.#first = undefined;
    this.#finish(failure);
    invocation?.fail(failure);
  }

  /** A log entry of the platform itself. */
  #report(type: string, record: object): void {
    this.#settings.log(JSON.stringify({ type: `platform.${type}`, record: { pid: this.pid, ...record } }));
  }

  #kill(): void {
    this.#killed = true;
    this.#process.kill('SIGKILL');
  }
}
