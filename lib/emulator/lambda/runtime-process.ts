import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FunctionSettings } from './settings.ts';

/** AWS's own runtime interface client, without its native part. */
const runtimeClient = fileURLToPath(import.meta.resolve('aws-lambda-ric'));
const preload = import.meta.resolve('./preload.js');

/** Starts the process of an execution environment: Node as on Lambda, with only this environment. */
export function startRuntimeProcess(settings: FunctionSettings, runtimeApi: string, logStream: string): ChildProcess {
  const { name, folder, memory, environment } = settings;
  const flags = [
    // Lambda turns these off, so code must not depend on them.
    '--no-experimental-require-module',
    '--no-experimental-detect-module',
    `--max-old-space-size=${Math.floor(memory * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memory * 0.05))}`,
  ];
  const child = spawn(process.execPath, [...flags, '--import', preload, runtimeClient], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_LAMBDA_RUNTIME_API: runtimeApi,
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: 'index.handler',
      ...environment,
    },
  });
  if (running.size === 0) process.once('exit', killAll);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killAll);
  });
  return child;
}

const running = new Set<ChildProcess>();

/** If the emulator ends without being closed, a frozen process would not notice. */
function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
