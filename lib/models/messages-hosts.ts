import type { Requirements } from './requirements.ts';

/*
 * What hosts of Anthropic's Messages demand beyond Anthropic itself, by the name of their preset. Sources: AWS's page on
 * Claude's Messages, and the reports named beside an entry.
 */

export const messagesHosts: Readonly<Record<string, Requirements>> = {
  bedrock: {
    billingHeader: 'dropped',
    // Bedrock fetches nothing.
    urls: 'none',
    betas: [
      'compact-2026-01-12',
      'computer-use-2024-10-22',
      'computer-use-2025-01-24',
      'computer-use-2025-11-24',
      'context-1m-2025-08-07',
      'context-management-2025-06-27',
      'dev-full-thinking-2025-05-14',
      'effort-2025-11-24',
      'fine-grained-tool-streaming-2025-05-14',
      'interleaved-thinking-2025-05-14',
      'output-128k-2025-02-19',
      'token-efficient-tools-2025-02-19',
      'tool-examples-2025-10-29',
      'tool-search-tool-2025-10-19',
    ],
    fields: {
      'tools[].eager_input_streaming': 'fine-grained-tool-streaming-2025-05-14',
      context_management: 'context-management-2025-06-27',
    },
    refusesFields: [
      'cache_control',
      'container',
      'fallbacks',
      'inference_geo',
      'service_tier',
      'speed',
      'thread',
      '**.cache_control.scope',
    ],
  },
};
