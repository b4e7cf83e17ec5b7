import type { Environment } from '../config/environment.ts';

/** Where a service is called: where AWS_ENDPOINT_URL_<SERVICE>, then AWS_ENDPOINT_URL, points, otherwise its public address. */
export function awsEndpoint(environment: Environment, service: string, region: string): string {
  const given = environment[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`] || environment.AWS_ENDPOINT_URL;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${(given || `https://${service}.${region}.${domain}`).replace(/\/$/, '')}/`;
}
