import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import type { ConverseModel } from './bedrock-models.ts';
import { imageType } from './image-type.ts';
import { has, objectOf, objectsOf, walk } from './words.ts';

const constraint = (path: string, rule: string) =>
  `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must ${rule}`;

/** Rejects what Bedrock rejects in one content block of a message. */
export function checkConverseBlock(block: JsonObject, path: string, model: ConverseModel | undefined): void {
  const { image, document, reasoningContent, toolUse, toolResult } = block;
  if (isObject(toolUse)) {
    checkId(toolUse.toolUseId, `${path}.toolUse.toolUseId`);
    checkName(toolUse.name, `${path}.toolUse.name`);
  }
  if (isObject(image)) checkImage(image, path, model);
  if (isObject(document)) checkDocument(document, path, model);
  if (isObject(reasoningContent) && model) checkReasoning(reasoningContent, model);
  if (!isObject(toolResult)) return;
  checkId(toolResult.toolUseId, `${path}.toolResult.toolUseId`);
  for (const [index, part] of objectsOf(toolResult.content).entries()) {
    const where = `${path}.toolResult.content.${index}`;
    const [kind = ''] = Object.keys(part);
    must(
      ['json', 'text', 'image', 'document', 'video', 'searchResult'].includes(kind),
      `Unknown member '${kind}' of the union ToolResultContentBlock at ${where}.`,
    );
    must(
      kind !== 'json' || isObject(part.json),
      `The format of the value at ${where}.json is invalid. Provide a json object for the field and try again.`,
    );
    checkConverseBlock(part, where, model);
  }
}

function checkId(id: unknown, path: string): void {
  must(String(id).length <= 64, constraint(path, 'have length less than or equal to 64'));
  must(/^[a-zA-Z0-9_.:-]+$/.test(String(id)), constraint(path, 'satisfy regular expression pattern: [a-zA-Z0-9_.:-]+'));
}

function checkName(name: unknown, path: string): void {
  must(String(name).length <= 64, constraint(path, 'have length less than or equal to 64'));
  must(/^[a-zA-Z0-9_-]+$/.test(String(name)), constraint(path, 'satisfy regular expression pattern: [a-zA-Z0-9_-]+'));
}

function checkImage({ format, source }: JsonObject, path: string, model: ConverseModel | undefined): void {
  must(
    !model || model.images,
    "This model doesn't support the image content block that you provided. Update your content block and try again.",
  );
  must(
    ['png', 'jpeg', 'gif', 'webp'].includes(String(format)),
    constraint(`${path}.image.format`, 'satisfy enum value set: [gif, jpeg, png, webp]'),
  );
  const real = imageType(String(objectOf(source).bytes ?? ''));
  must(
    real === undefined || real === `image/${format}`,
    `The model returned the following errors: ${path}.image.source.base64: The image was specified using the image/${format} media type, but the image appears to be a ${real} image`,
  );
}

const formats = ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'];

function checkDocument({ format, name, source }: JsonObject, path: string, model: ConverseModel | undefined): void {
  must(!model || model.documents, "This model doesn't support documents.");
  must(
    format === undefined || formats.includes(String(format)),
    constraint(`${path}.document.format`, `satisfy enum value set: [${formats.join(', ')}]`),
  );
  must(
    typeof name === 'string' && /^[a-zA-Z0-9\s()[\]-]+$/.test(name) && !/\s\s/.test(name),
    "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
  );
  must(String(name).length <= 200, constraint(`${path}.document.name`, 'have length less than or equal to 200'));
  const held = Object.keys(objectOf(source)).filter((key) => ['bytes', 's3Location', 'text', 'content'].includes(key));
  // Claude also accepts text and chunks. Every other model requires the file (maximhq/bifrost#7072).
  const isFile = held.some((key) => key === 'bytes' || key === 's3Location');
  must(
    isFile || (held.length === 1 && model?.reasoning === 'signed'),
    `DocumentSource object at ${path}.document.source must set one of the following keys: bytes, s3Location.`,
  );
}

function checkReasoning({ reasoningText }: JsonObject, model: ConverseModel): void {
  must(
    model.reasoning !== 'none',
    "This model doesn't support the reasoningContent field. Remove reasoningContent and try again.",
  );
  const field = 'reasoningContent.reasoningText.signature';
  must(
    model.reasoning === 'signed' || !has(objectOf(reasoningText), 'signature'),
    `This model doesn't support the ${field} field. Remove ${field} and try again.`,
  );
}

/** A turn with documents also needs text (text inside a tool result doesn't count, see BerriAI/litellm#36499). */
export function checkDocuments(blocks: readonly JsonObject[], path: string): void {
  const documents = blocks.filter(({ document }) => isObject(document)).length;
  must(
    documents === 0 || blocks.some(({ text }) => typeof text === 'string'),
    'A text block must be included when using documents. Add a text block and retry your request.',
  );
  must(documents <= 5, `Too many documents at ${path}. Reduce the number of documents to 5 and try again.`);
}

/** Every document of a request needs a unique name. */
export function checkDocumentNames(messages: Json | undefined): void {
  const names = [...walk(messages)].flatMap(([, { document }]) => (isObject(document) ? [document.name] : []));
  must(
    new Set(names).size === names.length,
    'Duplicate document names are not allowed. Make sure each document has a unique name and try again.',
  );
}
