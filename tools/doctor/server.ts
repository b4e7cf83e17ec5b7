import { once } from 'node:events';
import { createServer } from 'node:net';
import { readPort } from '../../lib/app/listen-address.ts';
import { startEmulator } from '../../lib/emulator/start.ts';
import { ask } from './ask.ts';
import type { DoctorContext, Finding } from './check.ts';

/**
 * Checks that the dev server's port is free or Sluice is already running there. Throws a ConfigError for an invalid
 * port.
 */
export async function portIsFree({ environment, limitMs }: DoctorContext): Promise<Finding[]> {
  const port = readPort(environment.PORT);
  const hostname = environment.HOST || '127.0.0.1';
  const server = createServer();
  try {
    server.listen(port, hostname);
    await once(server, 'listening');
    server.close();
    return [{ state: 'ok', text: `port ${port} of ${hostname} is free` }];
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && (await isSluice(port, limitMs))) {
      return [{ state: 'ok', text: `Sluice is already running on port ${port}` }];
    }
    const inUse = code === 'EADDRINUSE';
    return [
      {
        state: 'wrong',
        text: inUse ? `port ${port} of ${hostname} is in use` : `port ${port} of ${hostname} is not available (${code})`,
        fix: inUse
          ? 'Stop the other server or set PORT to another number.'
          : 'Use a port above 1023 and an address of this machine.',
      },
    ];
  }
}

async function isSluice(port: number, limitMs: number): Promise<boolean> {
  try {
    const url = new URL(`http://127.0.0.1:${port}/v1/health`);
    const { status, text } = await ask({ url, method: 'GET', headers: {} }, limitMs);
    return status === 200 && text.includes('"sluice"');
  } catch {
    return false;
  }
}

/** Checks that the embedded providers start and respond on a loopback port of their own. */
export async function embeddedProviders({ config, limitMs }: DoctorContext): Promise<Finding[]> {
  if (!config.emulator) return [{ state: 'unseen', text: 'the embedded providers are off (`emulator: false`)' }];
  const emulator = await startEmulator({ paceMs: 0 });
  try {
    const url = new URL(`${emulator.openaiUrl}/chat/completions`);
    const body = JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hello' }] });
    const headers = { authorization: 'Bearer demo-key-of-nothing', 'content-type': 'application/json' };
    const { status, ms } = await ask({ url, headers, body }, limitMs);
    return status === 200
      ? [{ state: 'ok', text: `the embedded providers respond in ${ms} ms` }]
      : [{ state: 'wrong', text: `the embedded providers respond with ${status}`, fix: 'Reinstall the packages: npm ci.' }];
  } finally {
    await emulator.close();
  }
}
