/** How the bytes of each kind of image begin, in base64. */
const beginnings = { 'image/png': 'iVBORw0KGgo', 'image/jpeg': '/9j/', 'image/gif': 'R0lGOD', 'image/webp': 'UklGR' };

/** What an image is by its bytes, which providers compare with what the request says; `undefined` if they tell nothing. */
export function imageType(base64: string): string | undefined {
  return Object.entries(beginnings).find(([, beginning]) => base64.startsWith(beginning))?.[0];
}
