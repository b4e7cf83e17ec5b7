import type { Environment } from '../config/environment.ts';

/** Memory of a function below which the largest body would end its process, in megabytes. */
const smallMemory = 256;
/** What the process needs without a body, and for each megabyte of one, in megabytes. Measured, with a margin. */
const baseMemory = 80;
const memoryPerBodyMegabyte = 32;

/**
 * The largest request body that this process takes, in bytes. It is the configured one, but on a function with little
 * memory no more than fits: a body of 4.3 MB needs 170 to 200 MB.
 */
export function bodyLimitFor(configured: number, { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: size }: Environment): number {
  const memory = Number(size);
  if (!size || !(memory < smallMemory)) return configured;
  return Math.min(configured, Math.floor(((memory - baseMemory) / memoryPerBodyMegabyte) * 1024 ** 2));
}
