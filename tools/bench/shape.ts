/** How the upstream is to send an answer. */
export interface Shape {
  readonly tokens: number;
  readonly tokensPerWrite: number;
  /** 0: as fast as they are taken. */
  readonly tokensPerSecond: number;
}

/** The shape as a model's name: every dialect has one, and a pipe carries it unread. */
export function modelOf({ tokens, tokensPerWrite, tokensPerSecond }: Shape): string {
  return `${tokens}-tokens-${tokensPerWrite}-a-write-${tokensPerSecond}-a-second`;
}

/** The shape that this request asks for, in its path or in its body. Throws when there is none. */
export function shapeIn(request: string): Shape {
  const found = /(\d+)-tokens-(\d+)-a-write-(\d+)-a-second/.exec(request);
  if (!found) throw new Error(`The upstream received a request for a model with an unknown shape: ${request}`);
  return { tokens: Number(found[1]), tokensPerWrite: Number(found[2]), tokensPerSecond: Number(found[3]) };
}
