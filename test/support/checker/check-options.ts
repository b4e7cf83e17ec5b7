export interface CheckOptions {
  /** The caller asked to be shown usage in the stream: in a chunk of its own, or in Prediction Guard's place for it. */
  showUsage?: boolean | 'finish chunk';
  /** How many choices the caller asked for. */
  choices?: number;
  /** Set: the stream has to end in an error, or has to finish; unset: either will do. */
  expectError?: boolean;
}
