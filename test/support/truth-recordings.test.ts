import { describe, expect } from 'vitest';
import { recordings, testWithRecordings } from './recordings.ts';
import { exceptions, formatOf } from './truth/exceptions.ts';
import type { Truth } from './truth/truth.ts';
import { truthOf } from './truth/truth-of.ts';

describe('the truth of recordings', () => {
  testWithRecordings('every recording but the exceptions says something and ends by itself or in an error', () => {
    const odd = recordings().filter((recording) => {
      const format = formatOf(recording.name);
      if (!format || exceptions[recording.name]) return false;
      const { complete, error, finish, usage, ...said } = truthOf({ format, bytes: recording.bytes() });
      return (
        !(complete || error) ||
        (!error && isSilent(said) && !usage.output && !['refusal', 'content-filter'].includes(finish.reason))
      );
    });
    // Snowflake never sends a finish_reason.
    const snowflake = 'openai-compatible/pydantic-ai__snowflake';
    const cut = ['_synthetic/bedrock-converse-truncated-clean', '_synthetic/bedrock-converse-truncated-midframe'];
    expect(odd.map(({ name }) => name)).toEqual([...cut, snowflake]);
  });

  testWithRecordings('every exception names a recording', () => {
    const names = new Set(recordings().map(({ name }) => name));
    expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
  });
});

function isSilent({ text, reasoning, refusal, tools }: Pick<Truth, 'text' | 'reasoning' | 'refusal' | 'tools'>): boolean {
  return !text && !reasoning && !refusal && tools.length === 0;
}
