import { App, type View } from './app.ts';
import { ChatView } from './chat/chat-view.ts';
import { LabView } from './lab/lab-view.ts';
import { StatusView } from './status/status-view.ts';
import { TrafficView } from './traffic/traffic-view.ts';
import { byId } from './ui/element.ts';
import { followTheme } from './ui/theme.ts';

const { server } = document.documentElement.dataset;
const app = new App(server === 'development');
const key = byId('key', HTMLInputElement);
const notice = byId('notice', HTMLElement);
const main = byId('view', HTMLElement);
const side = byId('side', HTMLElement);

const makers: Readonly<Record<string, () => View>> = {
  chat: () => new ChatView(app),
  lab: () => new LabView(app),
  traffic: () => new TrafficView(app),
  status: () => new StatusView(app),
};
const made = new Map<string, View>();
let shown: View | undefined;

/** Shows the view in the address's hash. Creates each view on first use. */
function navigate(): void {
  const name = Object.hasOwn(makers, location.hash.slice(1)) ? location.hash.slice(1) : 'chat';
  const view = made.get(name) ?? makers[name]?.();
  if (!view) return;
  made.set(name, view);
  if (view === shown) return;
  shown?.hide?.();
  shown = view;
  document.body.dataset.view = name;
  document.body.classList.remove('side-open');
  for (const link of document.querySelectorAll('nav a[data-view]')) {
    if (link.getAttribute('data-view') === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  main.replaceChildren(view.root);
  side.replaceChildren(...(view.side ? [view.side] : []));
  view.show?.();
}

app.onNotice = (sentence, wantsKey) => {
  notice.textContent = sentence;
  document.body.classList.toggle('wants-key', wantsKey);
};
key.value = app.apiKey;
key.addEventListener('change', () => {
  app.apiKey = key.value.trim();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !document.querySelector('dialog[open]')) shown?.onEscape?.();
});
addEventListener('hashchange', navigate);
followTheme(byId('theme', HTMLButtonElement));
navigate();
void app.loadModels();
