import type { TrafficPage } from '../../api/types.ts';
import type { App } from '../app.ts';
import { getJson } from '../models/catalog.ts';
import type { Run } from '../run/run.ts';
import { timeline } from '../traffic/request-dialog.ts';
import { element } from '../ui/element.ts';

/** The record can arrive after the client sees the end, because the server has to notice a disconnect first. */
const tries = 8;
const betweenMs = 250;

/** Shows what the server logged for a run. Only a development server has this. */
export class ServerRecord {
  readonly root = element('section', { class: 'server-record', hidden: true, 'aria-label': 'What the server logged' });
  readonly #app: App;
  #shown = 0;

  constructor(app: App) {
    this.#app = app;
  }

  clear(): void {
    this.#shown++;
    this.root.hidden = true;
  }

  async show(run: Run): Promise<void> {
    const { requestId } = run.served;
    const mine = ++this.#shown;
    if (!this.#app.isDevelopment || !requestId) return;
    for (let attempt = 0; attempt < tries && mine === this.#shown; attempt++) {
      const { requests } = await getJson<TrafficPage>('/console/api/traffic?after=0', this.#app.apiKey).catch(() => ({
        requests: [],
      }));
      const entry = requests.find(({ request_id: id }) => id === requestId);
      if (entry && mine === this.#shown) {
        this.root.replaceChildren(
          element('h3', {}, 'What the server logged'),
          element('p', {}, element('code', {}, entry.outcome), ` after ${entry.total_ms} ms, ${entry.request_id}`),
          timeline(entry),
        );
        this.root.hidden = false;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, betweenMs));
    }
  }
}
