/** Paths of only one client family, in the form of the routes. */
export const anthropicPaths = /^\/v1\/(messages|complete)(\/|$)/;
export const bedrockPaths = /^\/v1\/model\//;

/** On paths that several families share, such as `/v1/models`, this header identifies Anthropic clients. */
export const anthropicHeader = 'anthropic-version';

/** The client family of a request behind one base URL. `path` is in the form of the routes. */
export function familyOf(path: string, headers: Headers): 'openai' | 'anthropic' | 'bedrock' {
  if (bedrockPaths.test(path)) return 'bedrock';
  return anthropicPaths.test(path) || headers.has(anthropicHeader) ? 'anthropic' : 'openai';
}
