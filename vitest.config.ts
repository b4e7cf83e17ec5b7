import { defineConfig } from 'vitest/config';

/** Each folder of test/ belongs to one project. What is listed nowhere is an integration test. */
const unit = [
  'access',
  'app',
  'config',
  'configuration',
  'dialects',
  'docs',
  'errors',
  'gateway',
  'models',
  'parameters',
  'policy',
  'redact',
  'secrets',
  'stream',
  'support',
  'telemetry',
  'time',
  'transport',
  'wire',
];
const clients = ['acceptance', 'client', 'clients', 'cookbook', 'features'];
const slow = ['examples', 'functions/console', 'infra', 'lambda', 'load', 'tools'];

const testsIn = (folders: readonly string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`);
const rest = ['test/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/recordings-notice.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The tests decide what is in the environment. A developer's own keys must not reach them.
    env: { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', SLUICE_KEYS: '', SLUICE_CONFIG: '' },
    projects: [
      // Unit tests share workers: they start no servers and keep no state outside a test.
      { extends: true, test: { name: 'unit', include: testsIn(unit), pool: 'threads', isolate: false } },
      { extends: true, test: { name: 'clients', include: testsIn(clients) } },
      { extends: true, test: { name: 'slow', include: testsIn(slow) } },
      { extends: true, test: { name: 'integration', include: rest, exclude: testsIn([...unit, ...clients, ...slow]) } },
    ],
  },
});
