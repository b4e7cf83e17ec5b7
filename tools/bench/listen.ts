import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reportUsage } from './reporting.ts';

/** Listens on a free loopback port, never closes an idle connection, and reports usage. */
export async function listen(server: Server): Promise<void> {
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  reportUsage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
