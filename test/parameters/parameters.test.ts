import { describe, expect, test } from 'vitest';
import { mapParameters } from '../../lib/dialects/map-parameters.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { expectDocument } from '../support/document.ts';
import { callers, type Name } from './callers.ts';
import { parametersPage } from './page.ts';
import { byConverse, byInvoke, likeOpenai, overHttp, variants } from './parameter-cases.ts';

const names = [...new Set(variants.map(({ name }) => name))];

/** What is done with a parameter for which a provider has no word. */
function whenMissing(name: Name): '400' | 'dropped' {
  const { set = {} } = variants.find((variant) => variant.name === name) ?? {};
  const request = { dialect: '', body: {}, model: '', stream: true, messages: [], spelling: {}, unknown: [], showUsage: true };
  try {
    const { dropped } = mapParameters({ ...request, parameters: set }, {});
    expect(dropped).toEqual([name]);
    return 'dropped';
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SluiceError);
    expect(thrown).toMatchObject({ kind: 'unsupported_parameter', param: name });
    return '400';
  }
}

describe.each(callers)('clients of $name', ({ dialect, bare, says, structure, known }) => {
  test.each(Object.entries(says))('set only %s', (name, members) => {
    const usual = Object.keys(dialect.parse(bare).parameters);
    const { parameters, spelling } = dialect.parse({ ...bare, ...members });
    const beside = name === 'toolChoice' || name === 'parallelToolCalls' ? ['tools', 'toolChoice'] : [];
    const others = Object.keys(parameters).filter((other) => ![name, ...usual, ...beside].includes(other));
    expect(parameters).toHaveProperty(name);
    expect(spelling).toHaveProperty(name);
    expect(others).toEqual([]);
  });

  test('have no member that the page lacks', () => {
    const documented = new Set([...structure, ...Object.values(says).flatMap((members) => Object.keys(members))]);
    expect(known.filter((member) => !documented.has(member))).toEqual([]);
  });
});

test('every parameter is on the page', () => {
  const said = new Set(callers.flatMap(({ says }) => Object.keys(says)));
  expect(names.toSorted()).toEqual([...said].toSorted());
});

test('the parameters page is up to date', () => {
  const page = parametersPage({ names, whenMissing, callers, variants, overHttp, byConverse, byInvoke, likeOpenai });
  expectDocument('docs/parameters.md', page);
});
