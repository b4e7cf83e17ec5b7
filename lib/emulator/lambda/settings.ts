/** One function, as it is deployed. */
export interface FunctionSettings {
  readonly name: string;
  /** What was uploaded: `index.mjs`, which exports `handler`, and what it loads. */
  readonly folder: string;
  /** Variables that its code sees beside those of Lambda. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** In megabytes. */
  readonly memory: number;
  /** How many requests at once; `false` for any number. */
  readonly reservedConcurrency: number | false;
  /** Stops the process between two requests, as Lambda does. */
  readonly freeze: boolean;
  /** Takes a line that the function or the platform has written. */
  readonly log: (line: string) => void;
}
