/** One message of a stream, independent of its transport. */
export interface Frame {
  /** SSE `event:` or AWS `:event-type`. Missing if there was none. */
  readonly event?: string;
  /** The payload: JSON text, or a sentinel such as `[DONE]`. */
  readonly data: string;
  /**
   * The transport marks this frame as a failure: an AWS exception or error message (`event` is its type), or text in
   * an SSE stream outside any field (llama-box `error: {…}`, Gemini's bare JSON).
   */
  readonly failure?: true;
  /** The bytes ended inside this frame, so a parse error means a cut stream. */
  readonly unterminated?: true;
}

export type Bytes = AsyncIterable<Uint8Array>;
/** Frames in order, one array per network read. */
export type Frames = AsyncIterable<readonly Frame[]>;

/**
 * Frames from bytes in arbitrary pieces. A batch is never empty. Throws a SluiceError for bytes that are not valid
 * frames, after the frames before them.
 */
export type ReadFrames = (bytes: Bytes, limits: { maxFrameBytes: number }) => AsyncGenerator<Frame[]>;

/** The bytes of one frame, or text to be sent as UTF-8. Always sent in one piece. */
export type WriteFrame = (frame: Frame) => string | Uint8Array;
