import type { Measures } from './measures.ts';

/** So many gaps are drawn, the last ones. */
const shown = 120;

/**
 * Draws the gaps between pieces as bars, the newest at the right, as high as they are long; the longest of them fills the
 * height, and its length is written there. Colours are the page's own.
 */
export function drawTimeline(canvas: HTMLCanvasElement, { gaps }: Measures): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const drawn = gaps.slice(-shown);
  if (drawn.length === 0) return;
  const longest = Math.max(...drawn, 1);
  const style = getComputedStyle(canvas);
  context.fillStyle = style.color;
  const step = width / shown;
  for (const [index, gap] of drawn.entries()) {
    const bar = Math.max(1, (gap / longest) * (height - 14));
    context.fillRect(width - (drawn.length - index) * step, height - bar, Math.max(1, step - 1), bar);
  }
  context.fillStyle = style.getPropertyValue('--quiet');
  context.font = `11px ${style.fontFamily}`;
  context.textBaseline = 'top';
  context.fillText(`${Math.round(longest)} ms`, 2, 0);
}
