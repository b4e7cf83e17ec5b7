// `npm run test:agents`: runs the real Claude Code and Codex against the embedded providers. Installs both into a cache
// folder of the user. Prints the reason and succeeds where they can't be installed or don't run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkArguments } from './arguments.js';
import { install as installPackages } from './bootstrap.js';

const help = `npm run test:agents

Runs the real Claude Code and Codex against the demo models: text, a second turn, a command, an interrupted run and a
cut stream. Installs both into ~/.cache/sluice-agents.

Examples
  npm run test:agents
`;

checkArguments('npm run test:agents', { help });

const packages = { claude: '@anthropic-ai/claude-code@2.1.332', codex: '@openai/codex@0.171.0' };
/** The ordinary model of each provider family. The models with faults are its `slow` and `cut`. */
const families = {
  anthropic: 'claude-sonnet-4-5',
  openai: 'gpt-5',
  bedrock: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  gemini: 'gemini-3-pro-preview',
};
const shell = process.platform === 'win32';
const cache = join(homedir(), '.cache', 'sluice-agents');
mkdirSync(cache, { recursive: true });
// Codex refuses a home in the system's folder for temporary files.
const home = mkdtempSync(join(cache, 'home-'));
const children = new Set();

/** Arguments for a new conversation, for the next turn of the last one, and for a run whose commands are printed. */
const agents = {
  claude: {
    // A demo model calls a tool whenever its words fit. Agents that it starts would call one another without end.
    first: (model, prompt) => ['-p', '--disallowedTools', 'Agent', '--model', model, prompt],
    next: (model, prompt) => ['-p', '--continue', '--disallowedTools', 'Agent', '--model', model, prompt],
    command: (model, prompt) =>
      ['-p', '--allowedTools', 'Bash', '--verbose', '--output-format', 'stream-json', '--model', model].concat('--', prompt),
    commandPrompt: 'Execute a shell command with bash',
    ran: /"tool_result"/,
  },
  codex: {
    first: (model, prompt) => ['exec', '--skip-git-repo-check', '-m', model, prompt],
    next: (model, prompt) => ['exec', '--skip-git-repo-check', '-m', model, 'resume', '--last', prompt],
    command: (model, prompt) => ['exec', '--skip-git-repo-check', '--json', '-m', model, prompt],
    commandPrompt: 'Runs a command in a PTY, returning output',
    ran: /"command_execution"/,
  },
};

const answered = ({ status, output }) => status === 0 && /embedded demo/.test(output);

/** What is run with each agent and provider family, in this order. Each resolves with the run and whether it passed. */
const scenarios = {
  async text({ family, first }) {
    const run = await first(`demo/${family}/${families[family]}`, 'Say hello');
    return { run, ok: answered(run) };
  },
  async 'second turn'({ family, next }) {
    const run = await next(`demo/${family}/${families[family]}`, 'Say hello again');
    return { run, ok: answered(run) };
  },
  async command({ family, command, commandPrompt, ran }) {
    const run = await command(`demo/${family}/${families[family]}`, commandPrompt);
    return { run, ok: run.status === 0 && ran.test(run.output) };
  },
  async interrupted({ family, first, next }) {
    const stopped = await first(`demo/${family}/slow`, 'Say hello', { interruptAfter: 6000 });
    // Claude Code exits with 0 even so.
    if (answered(stopped)) return { run: stopped, ok: false };
    const run = await next(`demo/${family}/${families[family]}`, 'Say hello again');
    return { run, ok: answered(run) };
  },
  async cut({ family, first }) {
    const run = await first(`demo/${family}/cut`, 'Say hello', { retries: '1' });
    return { run, ok: run.status !== 0 };
  },
};

/** Runs an npm command. Resolves when it ends. */
function install(prefix, name) {
  const flags = ['install', '--ignore-scripts=false', '--prefix', prefix, '--no-fund', '--no-audit', name];
  spawnSync('npm', flags, { stdio: 'inherit', shell });
}

/** Installs a package if needed. Returns its command, or undefined with a printed reason. */
function commandOf(name) {
  const prefix = join(cache, packages[name].replaceAll(/[@/]+/g, '-'));
  const path = join(prefix, 'node_modules', '.bin', name);
  const runs = () => spawnSync(path, ['--version'], { shell }).status === 0;
  if (runs()) return path;
  mkdirSync(prefix, { recursive: true });
  install(prefix, packages[name]);
  if (runs()) return path;
  process.stdout.write(`skipped ${packages[name]}: it can't be installed or doesn't run here\n`);
  return undefined;
}

/** Starts a process that ends with this one. */
function start(file, args, options) {
  const child = spawn(file, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Runs an agent once, for 90 s at most. Resolves with its exit code and output. */
function runAgent(path, args, { cwd, url, interruptAfter, retries }) {
  const environment = { HOME: home, CODEX_HOME: home, SLUICE_KEY: 'any', ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: 'any' };
  if (retries) environment.CLAUDE_CODE_MAX_RETRIES = retries;
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    const child = start(path, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) pipe.setEncoding('utf8').on('data', (text) => (output += text));
    const timers = [setTimeout(() => child.kill('SIGKILL'), 90_000)];
    if (interruptAfter) timers.push(setTimeout(() => child.kill('SIGINT'), interruptAfter));
    child.once('error', (error) => resolve({ status: -1, output: String(error) }));
    child.once('close', (status) => {
      timers.forEach(clearTimeout);
      resolve({ status, output });
    });
  });
}

async function runScenarios(name, path, family, url) {
  const cwd = mkdtempSync(join(home, `${family}-`));
  const { ran, commandPrompt, ...lines } = agents[name];
  const runs = Object.entries(lines).map(([line, args]) => [
    line,
    (model, prompt, options) => runAgent(path, args(model, prompt), { ...options, cwd, url }),
  ]);
  let failed = 0;
  for (const [title, scenario] of Object.entries(scenarios)) {
    const { run, ok } = await scenario({ family, ran, commandPrompt, ...Object.fromEntries(runs) });
    process.stdout.write(`${ok ? 'passed' : 'FAILED'} ${name} ${family}: ${title}\n`);
    if (!ok) process.stdout.write(`exit code ${run.status}\n${run.output.slice(-2000)}\n`);
    failed += ok ? 0 : 1;
  }
  return failed;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function ready(url) {
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(`${url}/v1/models`).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('Sluice did not start');
}

async function main() {
  const found = Object.keys(packages)
    .map((name) => [name, commandOf(name)])
    .filter(([, path]) => path);
  if (found.length === 0) return 0;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = `name = "Sluice"\nbase_url = "${url}/v1"\nenv_key = "SLUICE_KEY"\nwire_api = "responses"\n`;
  writeFileSync(join(home, 'config.toml'), `model_provider = "sluice"\n[model_providers.sluice]\n${provider}`);
  installPackages({ development: false });
  start(process.execPath, ['tools/start.js', '--port', String(port)], { stdio: 'ignore' });
  await ready(url);
  let failed = 0;
  for (const [name, path] of found) {
    for (const family of Object.keys(families)) failed += await runScenarios(name, path, family, url);
  }
  return failed === 0 ? 0 : 1;
}

/** Stops every process that was started, waits 5 s for them at most, and removes their folder. */
async function cleanUp() {
  const ended = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children) child.kill('SIGTERM');
  const deadline = new Promise((resolve) => setTimeout(resolve, 5000));
  await Promise.race([Promise.all(ended), deadline]);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => cleanUp().finally(() => process.exit(1)));
try {
  process.exitCode = await main();
} finally {
  await cleanUp();
}
process.exit();
