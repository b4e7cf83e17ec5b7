import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatedLambda, type LambdaOptions, startLambda } from '../../../lib/emulator/lambda/start.ts';

export interface Running extends EmulatedLambda {
  readonly lines: readonly string[];
}

/** Starts functions whose code is a text, and ends them all. */
export function lambdas() {
  const folders: string[] = [];
  const running: EmulatedLambda[] = [];
  return {
    async start(code: string, options: Partial<LambdaOptions> = {}): Promise<Running> {
      const folder = mkdtempSync(join(tmpdir(), 'sluice-handler-'));
      folders.push(folder);
      writeFileSync(join(folder, 'index.mjs'), code);
      const lines: string[] = [];
      const lambda = await startLambda({ folder, log: (line) => lines.push(line), ...options });
      running.push(lambda);
      return Object.assign(lambda, { lines });
    },
    async close() {
      await Promise.all(running.splice(0).map((lambda) => lambda.close()));
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A handler that streams by hand; `body` sees `out`, `event` and `context`. */
export function streaming(body: string, head = '{ statusCode: 200, headers: { "content-type": "text/plain" } }'): string {
  return `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  const out = awslambda.HttpResponseStream.from(stream, ${head});
  ${body}
});`;
}
