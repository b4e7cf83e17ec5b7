import type { DialectName } from '../../../../lib/client/index.ts';
import { requests } from '../requests/index.ts';
import type { Program } from './program.ts';

/** JSON, escaped for single quotes in a shell. */
const quoted = (value: object) => JSON.stringify(value).replaceAll("'", "'\\''");

const paths: Readonly<Record<Exclude<DialectName, 'converse'>, string>> = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  complete: '/v1/complete',
};

/** Uses the chosen dialect. Converse streams binary frames, so there the program requests a whole answer. */
export const curl: Program = {
  name: 'curl',
  language: 'bash',
  write(wanted, origin, dialect) {
    const body = requests[dialect].body(wanted) as Record<string, unknown>;
    const { modelId, ...inConverse } = body;
    const [path, sent] =
      dialect === 'converse'
        ? [`/model/${encodeURIComponent(String(modelId))}/converse`, inConverse]
        : [paths[dialect], { ...body, stream: true }];
    return `curl -sSN ${origin}${path} \\
  -H "authorization: Bearer \${SLUICE_KEY:-none}" \\
  -H 'content-type: application/json' \\
  -d '${quoted(sent)}'
`;
  },
};
