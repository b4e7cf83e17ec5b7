import { bedrock, openOnBedrock, unknownOnBedrock } from './bedrock.ts';
import { chatModels, hasOwnSwitch, ownSwitch } from './chat-models.ts';
import { chatServers } from './chat-servers.ts';
import { claude } from './claude.ts';
import { dialects, translated } from './dialects.ts';
import { type Family, familyOf } from './family.ts';
import { gemini, newestGemini } from './gemini.ts';
import { gpt } from './gpt.ts';
import { messagesHosts } from './messages-hosts.ts';
import { mergeRequirements, type Requirements } from './requirements.ts';

/** A model somewhere, for a client. */
export interface ModelTarget {
  /** The dialect in which the provider is called, and the client's. */
  readonly dialect: string;
  readonly client: string;
  /** The name of the provider's preset. */
  readonly preset: string;
  /** The model's id, or the id of what it was made from. */
  readonly model: string;
  /** What the operator knows better. */
  readonly rules?: Requirements;
}

/** What this target accepts: the dialect's demands, then the server's, then the model's, then the operator's word. */
export function requirementsOf({ dialect: called, client, preset, model, rules }: ModelTarget): Requirements {
  const dialect = sameDemands[called] ?? called;
  const isTranslated = client !== called;
  return mergeRequirements(
    dialects[dialect],
    isTranslated ? translated[dialect] : undefined,
    ofServer(dialect, preset),
    ...ofModel(familyOf(model), dialect, preset, isTranslated && !isUnnamed.test(model)),
    rules,
  );
}

/** Dialects that demand what another does. */
const sameDemands: Readonly<Record<string, string>> = { 'bedrock-nova': 'bedrock-converse' };

function ofServer(dialect: string, preset: string): Requirements | undefined {
  if (dialect === 'anthropic-messages') return messagesHosts[preset];
  return dialect === 'openai-chat' || dialect === 'openai-completions' ? chatServers[preset] : undefined;
}

function ofModel(family: Family | undefined, dialect: string, preset: string, careful: boolean): (Requirements | undefined)[] {
  const everywhere = family && (claude[family] ?? gpt[family]);
  switch (dialect) {
    case 'bedrock-converse':
      if (family) return [everywhere, bedrock[family] ?? openOnBedrock];
      return careful ? [unknownOnBedrock] : [];
    case 'gemini':
      return [(family && gemini[family]) ?? newestGemini];
    case 'openai-chat':
      if (!family) return [];
      return [behindChat(everywhere, family), chatModels[family], hasOwnSwitch.has(preset) ? ownSwitch[family] : undefined];
    default:
      return [everywhere];
  }
}

/** A chat server writes Claude's request itself, so that only what no Claude of the family has matters. */
function behindChat(everywhere: Requirements | undefined, family: Family): Requirements | undefined {
  if (!claude[family]) return everywhere;
  const { sampling, lastTurn } = everywhere ?? {};
  return { ...(sampling === 'none' && { sampling }), ...(lastTurn && { lastTurn }) };
}

/** An ARN of the account's own doesn't name the model: everything is sent, and Bedrock decides. */
const isUnnamed = /^arn:[^/]*:(application-inference-profile|provisioned-model|prompt-router|default-prompt-router)\//;
