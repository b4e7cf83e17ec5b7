/** One message of a stream, free of its transport. */
export interface Frame {
  /** SSE `event:` or AWS `:event-type`; absent where the wire sent none. */
  readonly event?: string;
  /** The payload: JSON text, or a sentinel such as `[DONE]`. */
  readonly data: string;
  /**
   * The wire itself marks this frame as a failure: an AWS exception or error message (`event` is its type), or text
   * that stood in an SSE stream outside every field (llama-box `error: {…}`, Gemini's bare JSON).
   */
  readonly failure?: true;
  /** The bytes ended inside this frame, so it may be cut: a parse failure of it is a cut, not garbage. */
  readonly unterminated?: true;
}

export type Bytes = AsyncIterable<Uint8Array>;
export type Frames = AsyncIterable<Frame>;

/** Frames to come, from bytes as the network cuts them. Throws a SluiceError on bytes that cannot be frames. */
export type ReadFrames = (bytes: Bytes, limits: { maxFrameBytes: number }) => AsyncGenerator<Frame>;

/** The bytes, or text to be sent as UTF-8, that carry one frame; they always go out in one piece. */
export type WriteFrame = (frame: Frame) => string | Uint8Array;
