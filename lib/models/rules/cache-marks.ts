import type { ModelRequest, Part, Tool } from '../../stream/request.ts';
import { mapContent, mapParts, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Marks for the prompt cache stay where the target accepts them. The others are left out and listed. */
export const cacheMarks: Rule = (given, { requirements, sameDialect, drop }) => {
  const { cacheMarks: places = 'everywhere', maxCacheMarks = Number.POSITIVE_INFINITY } = requirements;
  let left = maxCacheMarks;
  const request = sameDialect && places === 'nowhere' && given.body.cache_control !== undefined ? withoutOwnMark(given) : given;
  if (request !== given) drop('cache_control');
  const tools = request.parameters.tools;
  const marked = (item: Part | Tool, isTaken: boolean): boolean => {
    if (item.cache === undefined) return true;
    if (isTaken && left-- > 0) return true;
    drop(`${item.field}.cache_control`);
    return false;
  };
  const cleanTools = tools?.map((tool): Tool => (marked(tool, places === 'everywhere') ? tool : withoutMark(tool)));
  const replace = (part: Part): Part => {
    const own = marked(part, places !== 'nowhere') ? part : withoutMark(part);
    if (own.type !== 'tool-result') return own;
    const content = mapContent(own.content, replace);
    return content === own.content ? own : { ...own, content };
  };
  const cleaned = mapParts(request, replace);
  const sameTools = tools?.every((tool, index) => tool === cleanTools?.[index]) ?? true;
  return sameTools ? cleaned : withParameters(cleaned, { tools: cleanTools });
};

/** A mark on the whole request, which only some servers of the client's own dialect take. */
function withoutOwnMark(request: ModelRequest): ModelRequest {
  const { cache_control: _, ...body } = request.body;
  return { ...request, body };
}

function withoutMark<Item extends Part | Tool>({ cache: _, ...item }: Item): Item {
  return item as Item;
}
