import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { parseJsonObject } from '../../lib/stream/json.ts';
import { writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import { writeSse } from '../../lib/wire/sse.ts';

/** A provider's answer exactly as received. */
export interface Recording {
  /** Unique and lasting: `anthropic-messages/dd-trace-py__text`. */
  readonly name: string;
  /** `anthropic-messages`; `_synthetic` for streams made by hand. */
  readonly dialectFolder: string;
  /** The wire that `bytes()` is in. */
  readonly wire: 'sse' | 'aws-event-stream' | 'ndjson';
  /** Only the payloads were kept: the framing was put around them here. */
  readonly rebuilt: boolean;
  bytes(): Uint8Array;
  /** The body that was sent to get this answer, where it was kept. */
  readonly request?: () => JsonObject;
  /** The text of another file that belongs to it, by its ending: `companion('events.jsonl')`. */
  companion(ending: string): string | undefined;
}

const directory = process.env.RECORDINGS_DIR;

/** File endings, with the wire that they are in; of `chunks.jsonl` the wire is put around the payloads. */
const endings = { sse: 'sse', eventstream: 'aws-event-stream', ndjson: 'ndjson', 'chunks.jsonl': 'rebuilt' } as const;

/**
 * The recordings of a folder, or of all; none where RECORDINGS_DIR is not set, which recordings-notice.ts has said.
 * Throws where it is set and holds no such folder.
 */
export function recordings(folder?: string): Recording[] {
  if (!directory) return [];
  const folders = folder === undefined ? foldersOf(directory) : [folder];
  return folders.flatMap((dialectFolder) =>
    readdirSync(join(directory, dialectFolder))
      .sort()
      .flatMap((file) => toRecording(directory, dialectFolder, file) ?? []),
  );
}

/**
 * A test for each recording, titled with its name; one skipped test where there is none. `which` is a folder, or what
 * `recordings` gave, chosen from.
 */
export function testRecordings(
  title: string,
  which: string | readonly Recording[],
  body: (recording: Recording) => void | Promise<void>,
): void {
  const chosen = typeof which === 'string' ? recordings(which) : which;
  if (chosen.length === 0) test.skip(title);
  for (const recording of chosen) test(`${title}: ${recording.name}`, () => body(recording));
}

/** `test`, but skipped where there are no recordings. */
export const testWithRecordings = test.skipIf(!directory);

function foldersOf(root: string): string[] {
  const entries = readdirSync(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function toRecording(root: string, dialectFolder: string, file: string): Recording | undefined {
  const ending = (Object.keys(endings) as (keyof typeof endings)[]).find((known) => file.endsWith(`.${known}`));
  if (!ending) return undefined;
  const name = `${dialectFolder}/${file.slice(0, -ending.length - 1)}`;
  const path = join(root, name);
  const wire = endings[ending];
  const companion = (other: string) => (existsSync(`${path}.${other}`) ? readFileSync(`${path}.${other}`, 'utf8') : undefined);
  const request = companion('req.json');
  const read = () => readFileSync(`${path}.${ending}`);
  return {
    name,
    dialectFolder,
    wire: wire !== 'rebuilt' ? wire : dialectFolder === 'bedrock-converse' ? 'aws-event-stream' : 'sse',
    rebuilt: wire === 'rebuilt',
    bytes: wire === 'rebuilt' ? () => rebuild(dialectFolder, read().toString()) : read,
    ...(request !== undefined && { request: () => JSON.parse(request) as JsonObject }),
    companion,
  };
}

/** Puts the framing back around payloads, one a line. */
function rebuild(dialectFolder: string, lines: string): Uint8Array {
  const payloads = lines.split('\n').filter((line) => line.trim() !== '');
  const write = dialectFolder === 'bedrock-converse' ? converseMessage : event;
  return Buffer.concat(payloads.map((line) => Buffer.from(write(line))));
}

/** The payloads keep a message's type as their one member. */
function converseMessage(line: string): string | Uint8Array {
  const [[type, payload] = []] = Object.entries(JSON.parse(line) as JsonObject);
  return writeAwsEventStream({ event: type ?? '', data: JSON.stringify(payload) });
}

/** Providers whose payloads have a type (Messages, Responses, Cohere) send it as the event's name, the others send none. */
function event(line: string): string | Uint8Array {
  // A payload that was broken where it was recorded stays broken.
  const type = parseJsonObject(line)?.type;
  return writeSse({ ...(typeof type === 'string' && { event: type }), data: line });
}
