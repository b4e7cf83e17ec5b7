import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/recordings-notice.ts'],
    testTimeout: 20_000,
    // The tests decide what is in the environment; a developer's own keys must not reach them.
    env: { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', SLUICE_KEYS: '', SLUICE_CONFIG: '' },
  },
});
