import type { ModelRequest, Parameters } from '../../stream/request.ts';

/** One parsed parameter: the member that set it, and its value. Nothing if it was not set. */
export type Read<Name extends keyof Parameters> = [spelled: string, value: Parameters[Name]] | undefined;

/** How each parameter is read from a body of this dialect. */
export type ParameterReaders<Body> = { readonly [Name in keyof Parameters]?: (body: Body) => Read<Name> };

/** The parameters of a body, and their spelling in it. */
export function readParameters<Body>(readers: ParameterReaders<Body>, body: Body): Pick<ModelRequest, 'parameters' | 'spelling'> {
  const parameters: Record<string, unknown> = {};
  const spelling: Record<string, string> = {};
  for (const [name, read] of Object.entries(readers)) {
    const found = read(body);
    if (!found) continue;
    [spelling[name], parameters[name]] = found;
  }
  return { parameters, spelling };
}

/** A member of the body, unchanged. */
export function readMember<Body, Name extends keyof Body & string>(
  body: Body,
  name: Name,
): [Name, NonNullable<Body[Name]>] | undefined {
  const value = body[name];
  return value === undefined || value === null ? undefined : [name, value];
}
