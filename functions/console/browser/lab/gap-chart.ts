import type { Measures } from '../run/measures.ts';

/** Only this many of the newest gaps are drawn. */
const shown = 120;

/**
 * Draws the gaps between pieces as bars, the newest at the right. The longest one has the full height and a label.
 */
export function drawGaps(canvas: HTMLCanvasElement, { gaps }: Measures): void {
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
    const bar = Math.max(2, (gap / longest) * (height - 16));
    context.beginPath();
    context.roundRect(width - (drawn.length - index) * step, height - bar, Math.max(1, step - 2), bar, 1.5);
    context.fill();
  }
  // A custom property returns its source text. This property returns a resolved color.
  context.fillStyle = style.caretColor;
  context.font = `11px ${style.fontFamily}`;
  context.textBaseline = 'top';
  context.fillText(`longest gap ${Math.round(longest)} ms`, 2, 0);
}
