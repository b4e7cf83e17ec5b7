import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a command did. */
export interface Ran {
  readonly code: number | null;
  /** Its standard output and error output. */
  readonly output: string;
  readonly stdout: string;
}

/** An AWS account on loopback, empty at first. */
export interface AwsDouble {
  /** Environment variables that lead to it, and to no real account. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a command in a shell, in the folder of the project. */
  shell(command: string, environment?: Record<string, string>): Ran;
  /** The JSON of an AWS command. Throws its error output. */
  aws(...args: string[]): Record<string, unknown>;
  /** Unpacks the code of a function's version or alias, as Lambda does. Returns the folder. */
  unpack(functionName: string, qualifier: string): string;
  close(): void;
}

/** Starts `server.py` with the programs in `bin`. */
export async function startAwsDouble(bin: string): Promise<AwsDouble> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
  const server = spawn(join(bin, 'python'), [join(import.meta.dirname, 'server.py')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  server.once('exit', () => reject(new Error('The AWS double has stopped.')));
  createInterface({ input: server.stdout }).on('line', (line) => {
    if (/^\d+$/.test(line)) resolve(line);
  });
  const url = `http://127.0.0.1:${await promise}`;
  const environment = {
    AWS_ACCESS_KEY_ID: 'AKIADOUBLE',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-double',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    // The CDK writes it into the address of the template, which the double only reads the bucket from.
    AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: 'https://s3.us-east-1.amazonaws.com',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    HOME: folder,
    PATH: `${bin}:${process.env.PATH}`,
  };

  const double: AwsDouble = {
    environment,
    shell(command, more = {}) {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
        encoding: 'utf8',
        env: { ...environment, ...more },
      });
      return { code: status, stdout, output: stdout + stderr };
    },
    aws(...args) {
      const { status, stdout, stderr } = spawnSync(join(bin, 'aws'), [...args, '--output', 'json'], {
        encoding: 'utf8',
        env: environment,
      });
      if (status !== 0) throw new Error(stderr);
      return stdout.trim() === '' ? {} : JSON.parse(stdout);
    },
    unpack(functionName, qualifier) {
      const found = double.aws('lambda', 'get-function', '--function-name', functionName, '--qualifier', qualifier);
      const { CodeSha256 } = found.Configuration as { CodeSha256: string };
      const unpacked = mkdtempSync(join(folder, 'code-'));
      writeFileSync(join(unpacked, '..', 'unpack.py'), unpackScript);
      const { code, output } = double.shell(`python ${join(unpacked, '..', 'unpack.py')} ${CodeSha256} ${unpacked}`);
      if (code !== 0) throw new Error(output);
      return unpacked;
    },
    close() {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return double;
}

/** Finds the asset with this digest among the uploaded ones, because the double serves no address for the code. */
const unpackScript = `
import base64, hashlib, io, os, sys, zipfile, boto3
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
bucket = "cdk-hnb659fds-assets-123456789012-us-east-1"
for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]:
    data = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
    if base64.b64encode(hashlib.sha256(data).digest()).decode() == sys.argv[1]:
        zipfile.ZipFile(io.BytesIO(data)).extractall(sys.argv[2])
        sys.exit()
sys.exit("There is no asset with this digest.")
`;
