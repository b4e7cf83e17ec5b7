import type { StreamEvent } from '../stream/events.ts';

type ImageStart = Extract<StreamEvent, { type: 'block-start' }> & { readonly block: { readonly kind: 'image' } };

export function isImageStart(event: StreamEvent): event is ImageStart {
  return event.type === 'block-start' && event.block.kind === 'image';
}

/** A text block that says which image the model made, for a dialect whose answers have no images. The block's end follows. */
export function imageNote({ index, block: { mediaType, data } }: ImageStart): StreamEvent[] {
  const bytes = Math.floor((data.length * 3) / 4);
  return [
    { type: 'block-start', index, block: { kind: 'text' } },
    {
      type: 'text-delta',
      index,
      text: `[The model returned an image (${mediaType}, ${bytes} bytes). This API has no form for it.]`,
    },
  ];
}
