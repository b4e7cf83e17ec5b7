import { table } from '../table.ts';
import type { Code } from './deployed.ts';
import type { FunctionExtent, FunctionFigures } from './measure.ts';
import { smallest } from './memory.ts';
import { share } from './small.ts';

/** The results of the functions as text: sizes, then ratios, then their base values. */
export function functionTablesOf(figures: FunctionFigures, extent: FunctionExtent): string {
  return [sizes(figures), coldStarts(figures, extent), peaks(figures, extent), small(figures, extent)].flat().join('\n');
}

function sizes({ loaded }: FunctionFigures): string[] {
  const lines = [...loaded].map(([{ name }, { bytes, parts }]) => {
    const largest = parts.slice(0, 4).map(([part, of]) => `${part} ${kilobytes(of)}`);
    return `${name.padEnd(19)} ${kilobytes(bytes)}, including ${largest.join(', ')}`;
  });
  return [
    "The deployed functions, under AWS's own runtime client.",
    '',
    'Code that is loaded before the end of the first response, minified, in KB:',
    '',
    ...lines,
    '',
    'Over HTTP this includes reading the key from Secrets Manager, on Bedrock signing the request.',
    'The tests limit it to 320 KB over HTTP and 340 KB on Bedrock.',
  ];
}

function coldStarts({ cold }: FunctionFigures, { starts }: FunctionExtent): string[] {
  const empty = cold.get('empty handler');
  const ratio = (own: number, of = Number.NaN) => (own / of).toFixed(2);
  return [
    '',
    `Cold start relative to an empty handler under the same client, medians of ${starts}, alternating:`,
    '',
    table(
      ['function x provider', 'init', 'first token', 'init, (ms)', 'first token, (ms)'],
      [...cold].map(([code, { init, first }]) => [
        nameOf(code),
        ratio(init, empty?.init),
        ratio(first, empty?.first),
        init.toFixed(0),
        first.toFixed(0),
      ]),
    ),
    '',
    'init: from the start of the process until it requests work. first token: from the request that started the process.',
  ];
}

function peaks({ peaks }: FunctionFigures, { processes, tokens }: FunctionExtent): string[] {
  const title = `Peak memory of a function of ${smallest} MB that streams ${tokens} tokens`;
  if ('unavailable' in peaks) return ['', `${title}: not available here: ${peaks.unavailable}.`];
  const empty = peaks.get('empty handler')?.fast ?? Number.NaN;
  return [
    '',
    `${title}, relative to an empty handler, medians of ${processes}:`,
    '',
    table(
      ['function x provider', 'fast reader', 'slow reader', 'fast reader, (MB)', 'slow reader, (MB)'],
      [...peaks].map(([code, { fast, slow }]) => [
        nameOf(code),
        (fast / empty).toFixed(2),
        (slow / empty).toFixed(2),
        fast.toFixed(0),
        slow.toFixed(0),
      ]),
    ),
    '',
    'The process has the heap size that Node has on Lambda at that memory size. The slow reader takes 2 MB a second, which is',
    'the bandwidth of Lambda for long responses.',
  ];
}

function small({ small }: FunctionFigures, { processes, tokens }: FunctionExtent): string[] {
  const title = `With the CPU share of ${smallest} MB, ${(share * 100).toFixed(1)} % of a core`;
  if ('unavailable' in small) return ['', `${title}: not available here: ${small.unavailable}.`];
  return [
    '',
    `${title}, and without that limit, medians of ${processes}:`,
    '',
    table(
      [
        'function x provider',
        'first token, (ms)',
        'warm, (ms)',
        'tokens/s',
        'first token, free, (ms)',
        'warm, free, (ms)',
        'tokens/s, free',
      ],
      [...small].map(([{ name }, { limited, free }]) => [
        name,
        ...[limited, free].flatMap(({ first, second, tokensPerSecond }) => [
          first.toFixed(0),
          second.toFixed(0),
          tokensPerSecond.toFixed(0),
        ]),
      ]),
    ),
    '',
    "first token: of the first request, which loads the provider's code and its key. warm: of the second request. tokens/s:",
    `of a response of ${Math.ceil(tokens / 10)} tokens at full speed. The process starts at full speed, as on Lambda.`,
  ];
}

function nameOf(code: Code): string {
  return code === 'empty handler' ? code : code.name;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
