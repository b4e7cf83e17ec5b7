import type { Json, JsonObject } from '../../lib/stream/json.ts';
import { listOf, objectOf, parsed, textOf } from '../support/truth/truth.ts';

/** One thing that a request tells the model. */
export type Line =
  | { readonly kind: 'said'; readonly role: string; readonly text: string }
  | { readonly kind: 'picture'; readonly data: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly given: Json }
  | { readonly kind: 'result'; readonly id: string; readonly text: string };

export interface ReadRequest {
  readonly lines: Line[];
  /** What every vendor of this dialect refuses. */
  readonly refused: string[];
}

const said = (role: string, text: Json | undefined): Line => ({ kind: 'said', role, text: textOf(text) });
const picture = (url: Json | undefined): Line => ({ kind: 'picture', data: textOf(url).replace(/^data:.*,/, '') });
const result = (id: Json | undefined, text: string): Line => ({ kind: 'result', id: textOf(id), text });
const call = (id: Json | undefined, name: Json | undefined, given: Json | undefined): Line => ({
  kind: 'call',
  id: textOf(id),
  name: textOf(name),
  given: given ?? null,
});

/** What this body, in the dialect of a provider, tells the model; and what about it would be refused. */
export function readRequest(dialect: string, body: JsonObject): ReadRequest {
  const refused: string[] = [];
  const lines = readers[dialect]?.(body, (what) => refused.push(what));
  if (!lines) throw new Error(`no reader of ${dialect}`);
  return { lines, refused };
}

/**
 * The lines as texts that are equal for requests of equal meaning: texts of one role that follow one another are one,
 * white space parts them in each dialect's own way, calls go by their number, since an id may have to change, and stand
 * behind the text of their turn, since some dialects have no other place.
 */
export function meaningOf(lines: readonly Line[]): string[] {
  const calls = new Map<string, number>();
  const textLines: string[] = [];
  let before: Line | undefined;
  // Some vendors refuse blank texts, which say nothing.
  const saying = lines.filter((line) => line.kind !== 'said' || line.text.trim() !== '');
  for (const line of textFirst(saying)) {
    if (line.kind === 'call') calls.set(line.id, calls.size);
    const goesOn = line.kind === 'said' && before?.kind === 'said' && line.role === before.role;
    if (goesOn) textLines.push(`${textLines.pop()}${line.text}`);
    else if (line.kind === 'said') textLines.push(`${line.role}: ${line.text}`);
    else if (line.kind === 'picture') textLines.push(`picture of ${line.data.length}`);
    else if (line.kind === 'call') textLines.push(`call ${calls.get(line.id)}: ${line.name} ${JSON.stringify(line.given)}`);
    else textLines.push(`result of ${calls.get(line.id) ?? 'no call'}: ${line.text}`);
    before = line;
  }
  return textLines.map((text) => text.replace(/\s+/g, ''));
}

/** In each turn of the model, its text before its calls. */
function textFirst(lines: readonly Line[]): Line[] {
  const result: Line[] = [];
  const calls: Line[] = [];
  for (const line of lines) {
    if (line.kind === 'call') calls.push(line);
    else if (line.kind === 'said' && line.role === 'assistant') result.push(line);
    else result.push(...calls.splice(0), line);
  }
  return [...result, ...calls];
}

type Refuse = (what: string) => void;
const readers: Readonly<Record<string, (body: JsonObject, refuse: Refuse) => Line[]>> = {
  'openai-chat': readChat,
  'openai-responses': readResponses,
  'anthropic-messages': readMessages,
  'bedrock-converse': readConverse,
  gemini: readGemini,
};

function readChat({ messages }: JsonObject, refuse: Refuse): Line[] {
  return listOf(messages).flatMap(({ role, content, refusal, tool_calls, tool_call_id }, at) => {
    const calls = listOf(tool_calls);
    if (content === undefined && refusal === undefined && calls.length === 0) refuse(`messages[${at}] says nothing`);
    if (Array.isArray(content) && content.length === 0) refuse(`messages[${at}].content is empty`);
    if (role === 'tool') return [result(tool_call_id, textOf(content))];
    const parts = Array.isArray(content) ? listOf(content) : [{ type: 'text', text: content ?? '' }];
    return [
      ...parts.flatMap((part) => {
        if (part.type === 'image_url') return [picture(objectOf(part.image_url).url)];
        return part.text === '' ? [] : [said(textOf(role), part.text)];
      }),
      ...(refusal ? [said(textOf(role), refusal)] : []),
      ...calls.map(({ id, function: called }) => {
        const { name, arguments: json } = objectOf(called);
        if (parsed(textOf(json)) === undefined) refuse(`messages[${at}] has arguments that are no JSON: ${json}`);
        return call(id, name, parsed(textOf(json)));
      }),
    ];
  });
}

function readResponses({ instructions, input }: JsonObject, refuse: Refuse): Line[] {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : listOf(input);
  return [
    ...(instructions ? [said('system', instructions)] : []),
    ...items.flatMap((item: JsonObject, at) => {
      const { type = 'message', role, content, call_id, name, arguments: json, output } = item;
      if (type === 'reasoning') return [];
      if (type === 'function_call') {
        if (parsed(textOf(json)) === undefined) refuse(`input[${at}] has arguments that are no JSON: ${json}`);
        return [call(call_id, name, parsed(textOf(json)))];
      }
      if (type === 'function_call_output') return [result(call_id, textOf(output))];
      if (Array.isArray(content) && content.length === 0) refuse(`input[${at}].content is empty`);
      const parts: JsonObject[] = typeof content === 'string' ? [{ text: content }] : listOf(content);
      return parts.map(({ text, refusal, image_url }) =>
        image_url ? picture(image_url) : said(role === 'developer' ? 'system' : textOf(role), text ?? refusal),
      );
    }),
  ];
}

function readMessages({ system, messages }: JsonObject, refuse: Refuse): Line[] {
  const systems: JsonObject[] = typeof system === 'string' ? [{ text: system }] : listOf(system);
  return [
    ...systems.map(({ text }) => said('system', text)),
    ...listOf(messages).flatMap(({ role, content }, at) => {
      const blocks: JsonObject[] = typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
      if (blocks.length === 0) refuse(`messages[${at}].content is empty`);
      return blocks.flatMap((block) => {
        const { type, text, id, name, input, tool_use_id, content: inner, source, signature } = block;
        if (type === 'text' && textOf(text) === '') refuse(`messages[${at}] has a text without a character`);
        if (type === 'thinking' && !signature) refuse(`messages[${at}] has thoughts that nobody signed`);
        for (const each of [id, tool_use_id]) {
          if (each !== undefined && !/^[a-zA-Z0-9_-]+$/.test(textOf(each))) refuse(`messages[${at}] has the id ${each}`);
        }
        if (type === 'tool_use') return [call(id, name, input)];
        if (type === 'tool_result')
          return [
            result(
              tool_use_id,
              typeof inner === 'string'
                ? inner
                : listOf(inner)
                    .map((part) => textOf(part.text))
                    .join(''),
            ),
          ];
        if (type === 'image') return [picture(objectOf(source).data)];
        return type === 'text' ? [said(textOf(role), text)] : [];
      });
    }),
  ];
}

function readConverse({ system, messages }: JsonObject, refuse: Refuse): Line[] {
  let before = '';
  return [
    ...listOf(system).map(({ text }) => said('system', text)),
    ...listOf(messages).flatMap(({ role, content }, at) => {
      if (listOf(content).length === 0) refuse(`messages[${at}].content is empty`);
      if (role === before) refuse(`messages[${at}] is of the ${role} again`);
      before = textOf(role);
      return listOf(content).flatMap(({ text, toolUse, toolResult, image }) => {
        const { toolUseId, name, input } = objectOf(toolUse ?? toolResult);
        if (toolUseId !== undefined && !/^[a-zA-Z0-9_-]{1,64}$/.test(textOf(toolUseId)))
          refuse(`messages[${at}] has the id ${toolUseId}`);
        if (toolUse) return [call(toolUseId, name, input)];
        if (toolResult)
          return [
            result(
              toolUseId,
              listOf(objectOf(toolResult).content)
                .map((part) => textOf(part.text))
                .join(''),
            ),
          ];
        if (image) return [picture(objectOf(objectOf(image).source).bytes)];
        return text === undefined ? [] : [said(textOf(role), text)];
      });
    }),
  ];
}

function readGemini({ systemInstruction, contents }: JsonObject, refuse: Refuse): Line[] {
  return [
    ...listOf(objectOf(systemInstruction).parts).map(({ text }) => said('system', text)),
    ...listOf(contents).flatMap(({ role, parts }, at) => {
      if (listOf(parts).length === 0) refuse(`contents[${at}].parts is empty`);
      return listOf(parts).flatMap(({ text, thought, functionCall, functionResponse, inlineData }) => {
        const { id, name, args, response } = objectOf(functionCall ?? functionResponse);
        if (functionCall) return [call(id, name, args)];
        if (functionResponse) return [result(id, Object.values(objectOf(response)).map(textOf).join(''))];
        if (inlineData) return [picture(objectOf(inlineData).data)];
        return thought === true || text === '' ? [] : [said(role === 'model' ? 'assistant' : textOf(role), text)];
      });
    }),
  ];
}
