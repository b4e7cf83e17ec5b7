import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';

export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * The address of a deployed server: `AWS_LAMBDA_HTTP_ENDPOINT` (`host:port`, set by Lambda Web Functions), otherwise
 * `HOST` (default: every address, because a container has its own) and `PORT` (default: 8787). Throws a ConfigError
 * that names the variable.
 */
export function readListenAddress(environment: Environment): ListenAddress {
  const endpoint = environment.AWS_LAMBDA_HTTP_ENDPOINT;
  if (!endpoint) return { hostname: environment.HOST || '0.0.0.0', port: readPort(environment.PORT) };
  const [, hostname, port] = /^\[?([^[\]/]+?)\]?:(\d{1,5})$/.exec(endpoint) ?? [];
  if (hostname && Number(port) <= 65_535) return { hostname, port: Number(port) };
  throw new ConfigError(
    `environment: AWS_LAMBDA_HTTP_ENDPOINT: expected a host and a port such as 127.0.0.1:8080, found ${JSON.stringify(endpoint)}. Lambda sets this variable. Do not set it yourself.`,
  );
}

/** The port in `PORT`, or 8787. Throws a ConfigError. */
export function readPort(value: string | undefined): number {
  if (!value) return 8787;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigError(
    `environment: PORT: expected a port from 0 to 65535, found ${JSON.stringify(value)}. Correct or unset it.`,
  );
}
