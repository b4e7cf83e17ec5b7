import { mapParts, withParameters } from '../conversation.ts';
import type { Requirements } from '../requirements.ts';
import type { Rule } from '../rule.ts';
import { digest, shortened } from '../short-text.ts';

/** A tool's name as the target takes it. It depends on nothing but the name, so it is the same in every turn. */
export function targetToolName(name: string, { maxToolName, toolName }: Requirements): string {
  let safe = toolName === undefined ? name : name.replace(/[^a-zA-Z0-9_-]/g, '_');
  if (toolName === 'letter-first' && /^[^a-zA-Z_]/.test(safe)) safe = `_${safe}`;
  const max = maxToolName ?? Number.POSITIVE_INFINITY;
  if (safe === name) return shortened(name, max);
  // Two names that differ only in what was replaced stay two names.
  return shortened(`${safe.slice(0, max - 9)}_${digest(name).slice(0, 8)}`, max);
}

/** Tools, calls and choices under names that the target takes. The answer gets the client's own names back. */
export const toolNames: Rule = (request, { requirements }) => {
  const rename = (name: string) => targetToolName(name, requirements);
  const renamed = mapParts(request, (part) => {
    if (part.type !== 'tool-call') return part;
    const name = rename(part.name);
    return name === part.name ? part : { ...part, name };
  });
  const { tools, toolChoice } = renamed.parameters;
  const choice = toolChoice?.type === 'tool' ? { ...toolChoice, name: rename(toolChoice.name) } : toolChoice;
  const changes = tools?.some((tool) => tool.type !== 'passthrough' && rename(tool.name) !== tool.name);
  if (!changes && (toolChoice?.type !== 'tool' || choice === toolChoice || rename(toolChoice.name) === toolChoice.name))
    return renamed;
  return withParameters(renamed, {
    ...(tools && { tools: tools.map((tool) => (tool.type === 'passthrough' ? tool : { ...tool, name: rename(tool.name) })) }),
    ...(choice && { toolChoice: choice }),
  });
};

/** The client's name for each name that the target was given in its place. */
export function originalNames(names: Iterable<string>, requirements: Requirements): Map<string, string> {
  const originals = new Map<string, string>();
  for (const name of names) {
    const given = targetToolName(name, requirements);
    if (given !== name) originals.set(given, name);
  }
  return originals;
}
