/** How the upstream sends an answer. */
export interface Shape {
  readonly tokens: number;
  readonly tokensPerWrite: number;
  /** 0: as fast as possible. */
  readonly tokensPerSecond: number;
}

/** The shape as a model name, because every dialect has one and a pipe forwards it unread. */
export function modelOf({ tokens, tokensPerWrite, tokensPerSecond }: Shape): string {
  return `${tokens}-tokens-${tokensPerWrite}-a-write-${tokensPerSecond}-a-second`;
}

/** The shape in the path or the body of this request. Throws if there is none. */
export function shapeIn(request: string): Shape {
  const found = /(\d+)-tokens-(\d+)-a-write-(\d+)-a-second/.exec(request);
  if (!found) throw new Error(`The upstream received a request for a model with an unknown shape: ${request}`);
  return { tokens: Number(found[1]), tokensPerWrite: Number(found[2]), tokensPerSecond: Number(found[3]) };
}
