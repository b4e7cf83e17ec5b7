import { isObject, type JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import { imageType } from './image-type.ts';
import { objectOf, objectsOf } from './words.ts';

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** The allowed content of a tool result. */
const resultKinds = ['text', 'image', 'search_result', 'document', 'tool_reference'];

/** Rejects what Anthropic rejects in one content block. */
export function checkBlock(block: JsonObject, path: string): void {
  checks[String(block.type)]?.(block, path);
}

const checks: Readonly<Record<string, (block: JsonObject, path: string) => void>> = {
  text({ text, cache_control: mark }) {
    must(String(text) !== '' || !isObject(mark), 'cache_control cannot be set for empty text blocks');
    must(String(text) !== '', 'messages: text content blocks must be non-empty');
    must(String(text).trim() !== '', 'messages: text content blocks must contain non-whitespace text');
  },
  image({ source }, path) {
    const { type, media_type: media, data } = objectOf(source);
    if (type !== 'base64') return;
    must(
      imageTypes.includes(String(media)),
      `${path}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
    const real = imageType(String(data));
    must(
      real === undefined || real === media,
      `${path}.image.source.base64: The image was specified using the ${media} media type, but the image appears to be a ${real} image`,
    );
  },
  document({ source }, path) {
    const { type, media_type: media } = objectOf(source);
    must(
      type !== 'base64' || media === 'application/pdf',
      `${path}.document.source.base64.media_type: Input should be 'application/pdf'`,
    );
    must(type !== 'text' || media === 'text/plain', `${path}.document.source.text.media_type: Input should be 'text/plain'`);
  },
  tool_use({ id, name, input }, path) {
    must(/^[a-zA-Z0-9_-]+$/.test(String(id)), `${path}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
    must(String(name).length <= 200, `${path}.tool_use.name: String should have at most 200 characters`);
    must(isObject(input), `${path}.tool_use.input: Input should be a valid dictionary`);
  },
  tool_result({ tool_use_id: id, content }, path) {
    must(/^[a-zA-Z0-9_-]+$/.test(String(id)), `${path}.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
    for (const [index, part] of objectsOf(content).entries()) {
      const where = `${path}.tool_result.content.${index}`;
      must(
        resultKinds.includes(String(part.type)),
        `${where}: Input tag '${part.type}' found using 'type' does not match any of the expected tags: 'document', 'image', 'search_result', 'text', 'tool_reference'`,
      );
      checkBlock(part, where);
    }
  },
};
