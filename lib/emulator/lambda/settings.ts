/** One deployed function. */
export interface FunctionSettings {
  readonly name: string;
  /** The uploaded code: `index.mjs`, which exports `handler`, and its imports. */
  readonly folder: string;
  /** Environment variables besides those of Lambda. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** In megabytes. On Linux a process that uses more is killed. */
  readonly memory: number;
  /** The maximum number of concurrent requests. `false` for no limit. */
  readonly reservedConcurrency: number | false;
  /** Stops the process between two requests, as Lambda does. */
  readonly freeze: boolean;
  /** Receives each log entry of the function and the platform. */
  readonly log: (line: string) => void;
}
