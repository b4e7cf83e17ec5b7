import { isObject, type JsonObject } from '../stream/json.ts';

/** The JSON object that this text is, or `undefined`. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
