export interface CheckOptions {
  /** The client requested usage in the stream: in its own chunk, or in Prediction Guard's place for it. */
  showUsage?: boolean | 'finish chunk';
  /** The number of choices that the client requested. */
  choices?: number;
  /** Set: the stream has to end in an error, or has to finish; unset: either will do. */
  expectError?: boolean;
}
