import { html } from 'hono/html';

interface PageSettings {
  readonly script: string;
  readonly styles: readonly string[];
  /** The server runs on the developer's machine. */
  readonly isDevelopment: boolean;
  /** The server requires a client key. */
  readonly wantsKey: boolean;
}

const views = [
  { name: 'chat', label: 'Chat', path: 'M4 5h16v11H10l-5 4v-4H4z' },
  { name: 'lab', label: 'Stream lab', path: 'M2 12h4l3-8 5 16 3-8h5' },
  { name: 'traffic', label: 'Traffic', path: 'M4 18V9M9.3 18V5M14.6 18v-6M20 18V8' },
  { name: 'status', label: 'Status', path: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 12.2l2.4 2.4 4.6-5' },
];

const icon = (path: string) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}" /></svg>`;

/** The frame of the console's page. `browser/main.ts` adds the views. Everything is served by this server. */
export function page({ script, styles, isDevelopment, wantsKey }: PageSettings) {
  return html`<!doctype html>
<html lang="en" data-server="${isDevelopment ? 'development' : 'deployed'}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
    <meta name="color-scheme" content="light dark" />
    <title>Sluice</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230a6c9c'/%3E%3Cpath d='M6 13c3.3-3 6.7 3 10 0s6.7 3 10 0M6 20c3.3-3 6.7 3 10 0s6.7 3 10 0' fill='none' stroke='%23fff' stroke-width='2.6' stroke-linecap='round'/%3E%3C/svg%3E" />
    ${styles.map((style) => html`<link rel="stylesheet" href="${style}" />`)}
    <script type="module" src="${script}"></script>
  </head>
  <body data-view="chat">
    <header class="rail">
      <h1 class="brand">
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" /><path d="M6 13c3.3-3 6.7 3 10 0s6.7 3 10 0M6 20c3.3-3 6.7 3 10 0s6.7 3 10 0" /></svg>
        Sluice
      </h1>
      <nav aria-label="Views">
        ${views.map(({ name, label, path }) => html`<a href="#${name}" data-view="${name}">${icon(path)}<span>${label}</span></a>`)}
      </nav>
      <div id="side"></div>
      <div class="rail-foot">
        <button type="button" id="theme" class="icon-button">${icon('M12 4a8 8 0 1 0 8 9.5A6.5 6.5 0 0 1 12 4z')}</button>
        <a class="quiet-link" href="/docs" target="_blank" rel="noopener">API</a>
        <span class="server-kind">${isDevelopment ? 'development' : 'deployed'}</span>
      </div>
    </header>
    <div class="stage">
      <div class="keybar"${wantsKey ? '' : html` hidden`}>
        <label for="key">API key</label>
        <input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="paste a client key of this server" />
      </div>
      <p id="notice" role="status"></p>
      <main id="view"></main>
    </div>
    <noscript>The console needs JavaScript. The API does not.</noscript>
  </body>
</html> `;
}
