import { isObject, type Json } from '../../stream/json.ts';
import type { Part } from '../../stream/request.ts';
import { mapContent, mapParts } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** What a provider did by itself in an earlier turn: its searches, the code it ran, and what came of them. */
const ownWork =
  /^(server_tool_use|(web_search|web_fetch|code_execution|bash_code_execution|text_editor_code_execution|tool_search|mcp)_tool_(use|result)|mcp_tool_use|container_upload|compaction|(web_search|file_search|code_interpreter|image_generation|mcp|tool_search)_(call|output|list_tools|approval_request|approval_response)|mcp_(call|list_tools|approval_request|approval_response)|tool_search_output|compaction_summary)$/;

/**
 * Parts that only the client's dialect can say, as far as the conversation doesn't depend on them: a reference to a tool
 * becomes its name, and what the provider of an earlier turn did by itself is left out and listed. Builders refuse the
 * rest by name.
 */
export const vendorParts: Rule = (request, { sameDialect, drop }) => {
  if (sameDialect) return request;
  const replace = (part: Part): Part | undefined => {
    if (part.type === 'tool-result') {
      const content = mapContent(part.content, replace);
      return content === part.content ? part : { ...part, content };
    }
    if (part.type !== 'passthrough') return part;
    const type = typeOf(part.value);
    if (type === 'tool_reference')
      return { field: part.field, type: 'text', text: `The tool ${nameOf(part.value)} is available.` };
    if (!ownWork.test(type)) return part;
    drop(part.field);
    return undefined;
  };
  return mapParts(request, replace);
};

function typeOf(value: Json): string {
  return isObject(value) && typeof value.type === 'string' ? value.type : '';
}

function nameOf(value: Json): string {
  return isObject(value) && typeof value.tool_name === 'string' ? value.tool_name : '';
}
