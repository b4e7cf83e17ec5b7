import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Measured } from './gateway-process.ts';

export interface GatewayProcess {
  readonly url: string;
  measure(): Promise<Measured>;
  close(): Promise<void>;
}

/** Starts the gateway in a process of its own, before a provider at this base URL. */
export async function startGateway(baseUrl: string): Promise<GatewayProcess> {
  const child = fork(new URL('./gateway-process.ts', import.meta.url), [baseUrl], { execArgv: ['--expose-gc'] });
  const nextMessage = async () => (await once(child, 'message'))[0] as unknown;
  const url = (await nextMessage()) as string;
  return {
    url,
    async measure() {
      child.send('measure');
      return (await nextMessage()) as Measured;
    },
    async close() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
