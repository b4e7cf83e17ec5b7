import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

/** The tests' own switches: a container has no sandbox to give, and no display. */
const args = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'];

/**
 * A real browser without a window: on Linux the Chromium that a package brings, elsewhere the Chrome of the machine.
 * Where there is none, the reason why.
 */
export async function openBrowser(): Promise<Browser | string> {
  const failures: string[] = [];
  for (const launch of [bundled, bundledWithItsLibraries, installed]) {
    try {
      return await launch();
    } catch (error) {
      failures.push(String(error).split('\n', 1)[0] ?? '');
    }
  }
  return `there is no browser: ${failures.join(' / ')}`;
}

async function bundled(): Promise<Browser> {
  if (process.platform !== 'linux') throw new Error('the package has a Chromium for Linux alone');
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packed.executablePath(), args });
}

/** For a Linux without NSS and expat: the package carries them too. */
async function bundledWithItsLibraries(): Promise<Browser> {
  if (process.platform !== 'linux') throw new Error('the package has a Chromium for Linux alone');
  const { default: packed, inflate } = await import('@sparticuz/chromium');
  const archive = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '../bin/al2023.tar.br');
  const libraries = join(await inflate(archive), 'lib');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  return chromium.launch({ executablePath: await packed.executablePath(), args, env });
}

function installed(): Promise<Browser> {
  return chromium.launch({ channel: 'chrome', args });
}
