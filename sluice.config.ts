import { defineConfig } from './lib/config/define-config.ts';

/** The one file an operator edits: which providers there are, and what clients call their models. */
export default defineConfig({
  models: {
    // 'gpt-4o-mini': 'openai/gpt-4o-mini',
    // 'claude': { targets: ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic/claude-sonnet-4-5'] },
  },
});
