import { RawPane } from '../lab/raw-pane.ts';
import { highlighted } from '../markdown/highlight.ts';
import { type Wire, wires } from '../run/kept-runs.ts';
import { copyButton } from '../ui/button.ts';
import { openDialog } from '../ui/dialog.ts';
import { element } from '../ui/element.ts';
import type { SavedAnswer } from './conversation.ts';

/** Shows the request for an answer and every event of the response. */
export function inspectDialog({ model, served }: SavedAnswer): void {
  const wire = wires.get(served.requestId ?? '');
  openDialog(
    { class: 'inspect-dialog', title: ['On the wire: ', element('code', {}, model)] },
    served.attempts !== undefined && element('p', { class: 'hint' }, `Attempts: ${served.attempts.split(', ').join(' → ')}`),
    served.dropped !== undefined && element('p', { class: 'hint' }, `Dropped for this model: ${served.dropped}`),
    wire ? wireView(wire) : element('p', { class: 'hint' }, 'Events are kept until the page is left. Try again to see them.'),
  );
}

function wireView({ request: { dialect, body }, events }: Wire): HTMLElement {
  const raw = new RawPane();
  for (const event of events) raw.add(event);
  raw.flush();
  const sent = JSON.stringify(body, null, 2);
  return element(
    'div',
    { class: 'inspect-body' },
    element(
      'section',
      { class: 'pane' },
      element(
        'h3',
        {},
        `Request, ${dialect}`,
        copyButton('Copy the request', () => sent, { iconOnly: true, class: 'small' }),
      ),
      element('pre', { tabindex: 0, role: 'group', 'aria-label': 'Request' }, element('code', {}, ...highlighted(sent, 'json'))),
    ),
    element('section', { class: 'pane' }, element('h3', {}, `Response, ${events.length} events`), raw.root),
  );
}
