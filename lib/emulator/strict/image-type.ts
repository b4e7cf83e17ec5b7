/** The first base64 characters of each image type. */
const beginnings = { 'image/png': 'iVBORw0KGgo', 'image/jpeg': '/9j/', 'image/gif': 'R0lGOD', 'image/webp': 'UklGR' };

/** The type of an image by its bytes, which providers compare with the declared type. `undefined` if unknown. */
export function imageType(base64: string): string | undefined {
  return Object.entries(beginnings).find(([, beginning]) => base64.startsWith(beginning))?.[0];
}
