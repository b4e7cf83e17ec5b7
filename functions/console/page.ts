import { html } from 'hono/html';

/** The console's page. Everything that moves on it is `browser/main.ts`; nothing on it comes from elsewhere. */
export function page(script: string, styles: readonly string[]) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Sluice</title>
    <link rel="icon" href="data:," />
    ${styles.map((style) => html`<link rel="stylesheet" href="${style}" />`)}
    <script type="module" src="${script}"></script>
  </head>
  <body>
    <header>
      <h1>Sluice</h1>
      <p id="notice" role="status"></p>
      <div class="field">
        <label for="key">Key</label>
        <input id="key" type="password" autocomplete="off" placeholder="none needed on localhost" />
      </div>
    </header>
    <main>
      <form id="ask">
        <div class="field wide">
          <label for="prompt">Prompt</label>
          <textarea id="prompt" rows="3" required autofocus>What is a sluice, and why would a stream need one?</textarea>
        </div>
        <details>
          <summary>Request</summary>
          <div class="options">
            <div class="field">
              <label for="dialect">Dialect</label>
              <select id="dialect"></select>
            </div>
            <div class="field">
              <label for="max-tokens">Most tokens</label>
              <input id="max-tokens" type="number" min="1" max="100000" value="512" required />
            </div>
            <div class="field wide">
              <label for="system">System</label>
              <input id="system" autocomplete="off" />
            </div>
            <label class="check"><input id="with-tool" type="checkbox" /> Offer a tool, get_weather</label>
          </div>
        </details>
        <div class="actions">
          <button type="submit" class="primary" title="Ctrl or Cmd and Enter">Send</button>
          <button id="stop" type="button" title="Escape" disabled>Stop</button>
          <label class="check"><input id="compare" type="checkbox" /> Two models side by side</label>
          <div id="copy-as" class="buttons" role="group" aria-label="Copy as"><span>Copy as</span></div>
        </div>
        <div id="misbehave" hidden>
          <div id="misbehaviours" class="buttons" role="group" aria-label="See a provider misbehave"><span>See a provider misbehave</span></div>
        </div>
        <datalist id="models"></datalist>
      </form>
      <div id="panels"></div>
    </main>
    <dialog id="code" aria-labelledby="code-title">
      <h2 id="code-title"></h2>
      <pre><code id="code-text"></code></pre>
      <div class="actions">
        <button id="copy" type="button" class="primary">Copy</button>
        <button id="close" type="button">Close</button>
      </div>
    </dialog>
    <noscript>The console needs JavaScript. The API does not.</noscript>
  </body>
</html> `;
}
