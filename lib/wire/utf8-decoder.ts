/**
 * Decodes UTF-8 that comes in pieces, as the WHATWG standard does. A piece that ends in ASCII leaves nothing open, so it
 * is decoded by itself, which costs a fraction of the streaming decoder. Nearly every piece of an event stream ends in a
 * line end.
 */
export class Utf8Decoder {
  readonly #streaming = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The streaming decoder may hold the first bytes of a character. */
  #open = false;

  decode(piece: Uint8Array): string {
    const endsInAscii = (piece.at(-1) ?? 0x80) < 0x80;
    if (!this.#open && endsInAscii) return Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('utf8');
    this.#open = !endsInAscii;
    return this.#streaming.decode(piece, { stream: true });
  }

  /** The replacement character if the bytes ended inside a character. */
  end(): string {
    return this.#streaming.decode();
  }
}
