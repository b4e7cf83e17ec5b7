import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Requirements } from './requirements.ts';
import type { Rule, RuleContext } from './rule.ts';
import { billingHeader } from './rules/billing-header.ts';
import { cacheMarks } from './rules/cache-marks.ts';
import { callArguments } from './rules/call-arguments.ts';
import { callIds } from './rules/call-ids.ts';
import { historyTools } from './rules/history-tools.ts';
import { outputTokens, userLength } from './rules/limits.ts';
import { documentText, mediaTypes, resultMedia, textDocuments } from './rules/media.ts';
import { messageFields } from './rules/message-fields.ts';
import { outputFormat } from './rules/output-format.ts';
import { reasoningHistory } from './rules/reasoning-history.ts';
import { refusedMembers } from './rules/refused-members.ts';
import { requestCacheMark } from './rules/request-cache-mark.ts';
import { resultOrder } from './rules/result-order.ts';
import { sampling } from './rules/sampling.ts';
import { signedCalls } from './rules/signed-calls.ts';
import { stopSequences } from './rules/stops.ts';
import { blankText, trailingSpace } from './rules/text.ts';
import { thinking } from './rules/thinking.ts';
import { thread } from './rules/thread.ts';
import { toolChoice } from './rules/tool-choice.ts';
import { toolKinds } from './rules/tool-kinds.ts';
import { toolNames } from './rules/tool-names.ts';
import { toolSchemas } from './rules/tool-schemas.ts';
import { afterResults, alternatingTurns, mixedTurns, systemFirst, userTurns } from './rules/turns.ts';
import { urls } from './rules/urls.ts';
import { vendorParts } from './rules/vendor-parts.ts';

/** A request as a target takes it. */
export interface Adapted {
  readonly request: ModelRequest;
  /** Members to add to the body that the vocabulary has no word for. */
  readonly members: readonly JsonObject[];
  /** Fields, as the client spelled them, that were left out or changed. */
  readonly dropped: readonly string[];
}

/** In this order: what is left out first, then what is renamed, then where things stand, then the parameters. */
const rules: readonly Rule[] = [
  billingHeader,
  requestCacheMark,
  thread,
  messageFields,
  vendorParts,
  toolKinds,
  refusedMembers,
  reasoningHistory,
  callArguments,
  resultOrder,
  callIds,
  toolChoice,
  historyTools,
  toolNames,
  toolSchemas,
  outputFormat,
  mediaTypes,
  textDocuments,
  resultMedia,
  blankText,
  systemFirst,
  alternatingTurns,
  signedCalls,
  userTurns,
  afterResults,
  mixedTurns,
  documentText,
  urls,
  trailingSpace,
  cacheMarks,
  stopSequences,
  outputTokens,
  thinking,
  sampling,
  userLength,
];

/** The request as a target with these requirements takes it. Throws as the rules do. */
export function adapt(request: ModelRequest, requirements: Requirements, dialect: string): Adapted {
  const dropped: string[] = [];
  const members: JsonObject[] = [];
  const context: RuleContext = {
    requirements,
    dialect,
    sameDialect: request.dialect === dialect,
    drop: (field) => dropped.push(field),
    add: (more) => members.push(more),
  };
  const adapted = rules.reduce((given, rule) => rule(given, context), request);
  return { request: adapted, members, dropped: [...new Set(dropped)] };
}
