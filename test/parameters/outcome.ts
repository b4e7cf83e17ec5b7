import { SluiceError } from '../../lib/stream/errors.ts';
import { isObject, type Json, type JsonObject } from '../../lib/stream/json.ts';
import type { ModelRequest, Parameters } from '../../lib/stream/request.ts';
import { buildFor } from '../support/build-for.ts';
import type { Caller, Name } from './callers.ts';
import type { PreparedRequest, Variant } from './parameter-cases.ts';

/** A request of no dialect that there is. */
function requestWith(parameters: Parameters): ModelRequest {
  return {
    dialect: 'nobody’s',
    body: {},
    model: 'm',
    stream: true,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', field: 'messages[0]' }] }],
    parameters,
    spelling: Object.fromEntries(Object.keys(parameters).map((name) => [name, name])),
    unknown: [],
    showUsage: true,
  };
}

/** What happens to a parameter at a provider: the members it adds to the body, or what is done instead. */
export function told({ dialect, model, preset = '' }: PreparedRequest, { name, set, beside = {} }: Variant): string {
  return unlessRefused(() => {
    const without = buildFor(dialect, requestWith(beside), model, { preset });
    const { body, dropped } = buildFor(dialect, requestWith({ ...beside, ...set }), model, { preset });
    const more = added(without.body, body, set[name]).map(([path, value]) => `\`${path}\`${changed(value, set[name])}`);
    const isDropped = dropped.includes(name);
    if (more.length === 0) return isDropped ? 'dropped' : removed(without.body, body) || 'default';
    return more.join(', ') + (isDropped ? ', listed' : '');
  }, '400');
}

function unlessRefused<Value>(build: () => Value, refused: Value): Value {
  try {
    return build();
  } catch (thrown) {
    if (thrown instanceof SluiceError && thrown.kind === 'unsupported_parameter') return refused;
    throw thrown;
  }
}

/** Is it passed through for clients of the provider's own dialect? */
export function isCarriedForItsOwn(
  { dialect, model, preset = '' }: PreparedRequest,
  variant: Variant,
  { dialect: client, bare, says }: Caller,
): boolean {
  const { name, value, set } = variant;
  const members = says[name];
  if (client.name !== dialect.name || !members) return false;
  const request = client.parse({ ...bare, ...members });
  // If a parameter has several rows, its client spelling is that of one row.
  if (value && shapeOf(request.parameters[name]) !== shapeOf(set[name])) return false;
  return unlessRefused(() => {
    const { body } = buildFor(dialect, request, model, { preset });
    return Object.keys(members).every((member) => body[member] !== undefined);
  }, false);
}

function shapeOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.keys(value).toSorted().join() : JSON.stringify(value);
}

/** What is written, where that is not what was given: a number that was brought down, a word, or an object of few. */
function changed(value: Json, given: unknown): string {
  const written = JSON.stringify(value);
  if (written === JSON.stringify(given) || Array.isArray(value) || written.length > mostShown) return '';
  return ` = \`${written}\``;
}

const mostShown = 60;

/** Members that `after` has, or has another value for, by their paths: lists are not looked into, nor is what was given. */
function added(before: JsonObject, after: JsonObject, given: unknown, above = ''): [path: string, value: Json][] {
  return Object.entries(after).flatMap(([name, value]): [string, Json][] => {
    const was = before[name];
    const written = JSON.stringify(value);
    if (value === undefined || JSON.stringify(was) === written) return [];
    const path = above + name;
    const isLeaf = !isObject(value) || typeof value.type === 'string' || written === '{}' || written === JSON.stringify(given);
    return isLeaf ? [[path, value]] : added(isObject(was) ? was : {}, value, given, `${path}.`);
  });
}

function removed(before: JsonObject, after: JsonObject): string {
  const less = Object.keys(before).filter((name) => after[name] === undefined);
  return less.map((name) => `no \`${name}\``).join(', ');
}

/** A client dialect's name for a parameter, its range and its default, found by running its parser. */
export function said({ dialect, bare, says }: Caller, name: Name): { spelled: string; range: string; usual: string } | undefined {
  const members = says[name];
  if (!members) return undefined;
  const { parameters, spelling } = dialect.parse({ ...bare, ...members });
  if (parameters[name] === undefined) throw new Error(`${dialect.name} does not read ${JSON.stringify(members)} as ${name}`);
  const withDefaults = Object.keys(bare).some((member) => Object.hasOwn(members, member)) ? {} : dialect.parse(bare).parameters;
  const usual = withDefaults[name];
  const takes = (value: Json) => accepts(dialect, { ...bare, ...withLeaf(members, value) });
  const leaf = leafOf(members);
  return {
    spelled: spelling[name] ?? name,
    range: typeof leaf === 'number' ? numberRange(takes, leaf) : '',
    usual: usual === undefined ? '' : JSON.stringify(usual),
  };
}

function accepts(dialect: Caller['dialect'], body: JsonObject): boolean {
  try {
    dialect.parse(body);
    return true;
  } catch (thrown) {
    if (thrown instanceof SluiceError) return false;
    throw thrown;
  }
}

/** The value at the end of members that lead to only one, else nothing. */
function leafOf(members: JsonObject): Json | undefined {
  const [value, ...more] = Object.values(members);
  if (more.length > 0) return undefined;
  return isObject(value) ? leafOf(value) : value;
}

function withLeaf(members: JsonObject, leaf: Json): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, isObject(value) ? withLeaf(value, leaf) : leaf]),
  );
}

const farAway = 1e9;

function numberRange(takes: (value: number) => boolean, good: number): string {
  const whole = !takes(Math.floor(good) + 0.25) && !takes(Math.floor(good) + 0.75);
  const least = edge(takes, good, -farAway);
  const most = edge(takes, good, farAway);
  const kind = whole ? 'whole, ' : '';
  if (least === undefined && most === undefined) return whole ? 'whole' : '';
  if (most === undefined) return `${kind}from ${least}`;
  return least === undefined ? `${kind}to ${most}` : `${kind}${least} to ${most}`;
}

/** The last number that is taken on the way from a good one to one far away; nothing where that is taken too. */
function edge(takes: (value: number) => boolean, good: number, far: number): number | undefined {
  if (takes(far)) return undefined;
  let inside = good;
  let outside = far;
  const step = Number.isInteger(good) ? 1 : 1e-6;
  while (Math.abs(outside - inside) > step) {
    const middle = Number.isInteger(good) ? Math.trunc((inside + outside) / 2) : (inside + outside) / 2;
    if (takes(middle)) inside = middle;
    else outside = middle;
  }
  return Math.round(inside * 1000) / 1000 + 0;
}
