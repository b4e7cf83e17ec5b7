// `npm run test:agents`: runs the real Claude Code and Codex against the embedded providers. Installs both into a cache
// folder of the user. Prints the reason and succeeds where they can't be installed or don't run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkArguments } from './arguments.js';
import { install } from './bootstrap.js';

const help = `npm run test:agents

Runs the real Claude Code and Codex against the demo models. Installs both into ~/.cache/sluice-agents.

Examples
  npm run test:agents
`;

checkArguments('npm run test:agents', { help });

const packages = { claude: '@anthropic-ai/claude-code@2.1.332', codex: '@openai/codex@0.171.0' };
const models = [
  'demo/anthropic/claude-sonnet-4-5',
  'demo/openai/gpt-5',
  'demo/bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'demo/gemini/gemini-3-pro-preview',
];
const cut = ['demo/anthropic/cut', 'demo/openai/cut', 'demo/bedrock/cut', 'demo/gemini/cut'];
const port = 8797;
const url = `http://127.0.0.1:${port}`;
const shell = process.platform === 'win32';
const cache = join(homedir(), '.cache', 'sluice-agents');
mkdirSync(cache, { recursive: true });
const home = mkdtempSync(join(cache, 'home-'));

/** Installs a package if needed. Returns its command, or undefined with a printed reason. */
function command(name) {
  const prefix = join(cache, packages[name].replaceAll(/[@/]+/g, '-'));
  const path = join(prefix, 'node_modules', '.bin', name);
  if (spawnSync(path, ['--version'], { shell }).status === 0) return path;
  spawnSync('npm', ['install', '--ignore-scripts=false', '--prefix', prefix, '--no-fund', '--no-audit', packages[name]], {
    stdio: 'inherit',
    shell,
  });
  if (spawnSync(path, ['--version'], { shell }).status === 0) return path;
  process.stdout.write(`skipped ${packages[name]}: it can't be installed or doesn't run here\n`);
  return undefined;
}

const runs = {
  claude: (path, model, prompt) => [path, ['-p', '--model', model, prompt]],
  codex: (path, model, prompt) => [path, ['exec', '--skip-git-repo-check', '-m', model, prompt]],
};

/** Runs an agent once. Resolves with its exit code and output. */
function agent(name, path, model) {
  const environment = { HOME: home, CODEX_HOME: home, SLUICE_KEY: 'any', ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: 'any' };
  const [file, args] = runs[name](path, model, 'Say hello');
  const options = { cwd: home, env: { ...process.env, ...environment }, shell, timeout: 90_000, encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  return { status, stdout, stderr };
}

async function ready() {
  for (let tries = 0; tries < 100; tries++) {
    if ((await fetch(`${url}/v1/models`).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('Sluice did not start');
}

async function main() {
  const found = Object.keys(packages)
    .flatMap((name) => [[name, command(name)]])
    .filter(([, path]) => path);
  if (found.length === 0) return 0;
  const provider = `name = "Sluice"\nbase_url = "${url}/v1"\nenv_key = "SLUICE_KEY"\nwire_api = "responses"\n`;
  writeFileSync(join(home, 'config.toml'), `model_provider = "sluice"\n[model_providers.sluice]\n${provider}`);
  install({ development: false });
  const server = spawn(process.execPath, ['tools/start.js', '--port', String(port)], { stdio: 'ignore' });
  let failed = 0;
  try {
    await ready();
    for (const [name, path] of found) {
      for (const model of [...models, ...cut]) {
        const { status, stdout, stderr } = agent(name, path, model);
        const ok = cut.includes(model) ? status !== 0 : status === 0 && /embedded demo/.test(stdout);
        process.stdout.write(`${ok ? 'passed' : 'FAILED'} ${name} ${model}\n`);
        if (!ok) process.stdout.write(`${stdout.slice(-1000)}${stderr.slice(-1000)}\n`);
        failed += ok ? 0 : 1;
      }
    }
  } finally {
    server.kill('SIGTERM');
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
