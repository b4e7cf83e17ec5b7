import { readFile } from 'node:fs/promises';
import { build, type Plugin, transform } from 'esbuild';
import { styleSheets } from '../functions/console/styles.ts';

/** `#console` in a deployed function: the built script and styles of the page, as text in a module. */
export const consoleModule: Plugin = {
  name: 'console',
  setup({ onResolve, onLoad }) {
    const namespace = 'console-built';
    onResolve({ filter: /^#console$/ }, () => ({ path: 'console', namespace }));
    onLoad({ filter: /./, namespace }, async () => ({ contents: await moduleText() }));
  },
};

async function moduleText(): Promise<string> {
  const css = await Promise.all(styleSheets.map((name) => readFile(`functions/console/styles/${name}`, 'utf8')));
  const { code: style } = await transform(css.join('\n'), { loader: 'css', minify: true });
  const files = [
    ['/console/main.js', { type: 'text/javascript', text: await script() }],
    ['/console/style.css', { type: 'text/css', text: style }],
  ];
  return `const files = new Map(${JSON.stringify(files)});
export const consoleFiles = () => ({ script: '/console/main.js', styles: ['/console/style.css'], files });`;
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['functions/console/browser/main.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}
