import type { Requirements } from './requirements.ts';

/* What every provider of a dialect demands, whatever the model. */

const commonImages = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

export const dialects: Readonly<Record<string, Requirements>> = {
  'anthropic-messages': {
    maxUser: 256,
    opaqueUser: true,
    textDocuments: 'text-source',
    maxToolName: 128,
    toolName: 'word',
    callId: 'word',
    // Anthropic's own pattern. Names such as `$filter` are legal elsewhere.
    toolSchema: { alternatives: 'merged', propertyNames: /^[a-zA-Z0-9_.-]{1,64}$/ },
    outputSchema: 'closed',
    blankText: 'dropped',
    trailingSpace: 'dropped',
    reasoningHistory: 'accepted',
    maxCacheMarks: 4,
    imageTypes: commonImages,
  },
  'bedrock-converse': {
    maxToolName: 64,
    toolName: 'word',
    maxCallId: 64,
    callId: 'word',
    blankText: 'dropped',
    trailingSpace: 'dropped',
    toolsOfHistory: 'declared',
    documentText: 'needed',
    maxCacheMarks: 4,
    imageTypes: commonImages,
    billingHeader: 'dropped',
  },
  gemini: {
    maxToolName: 64,
    toolName: 'letter-first',
    blankText: 'dropped',
    reasoningHistory: 'accepted',
    redactedReasoning: 'refused',
    cacheMarks: 'nowhere',
    strictTools: 'never',
    imageTypes: ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'],
    billingHeader: 'dropped',
  },
  'openai-chat': {
    maxToolName: 64,
    toolName: 'word',
    toolSchema: { properties: 'required' },
    customTools: true,
    reasoningHistory: 'refused',
    imageTypes: commonImages,
    billingHeader: 'dropped',
  },
  'openai-responses': {
    maxToolName: 64,
    toolName: 'word',
    maxCallId: 64,
    maxUser: 64,
    callArguments: 'any',
    customTools: true,
    developerRole: true,
    reasoningHistory: 'accepted',
    cacheMarks: 'nowhere',
    imageTypes: commonImages,
    billingHeader: 'dropped',
  },
};

/**
 * What is demanded of a request that comes from another dialect, beyond that. Sluice writes it, so it may not count on
 * anything that only some providers or models take. A client of the dialect knows that by itself.
 */
export const translated: Readonly<Record<string, Requirements>> = {
  'anthropic-messages': {
    thinking: 'budget',
    budget: [1024, 128_000],
    thinkingInAnswer: true,
    sampling: 'one',
    maxTemperature: 1,
    visibleStops: true,
    jsonModes: ['json-schema'],
    system: 'first',
    firstTurn: 'user',
    alternating: true,
    signedReasoning: true,
  },
  'bedrock-converse': {
    thinking: 'none',
    topK: 'refused',
    maxTemperature: 1,
    toolChoices: ['auto', 'required', 'tool'],
    jsonModes: ['json-schema'],
    system: 'first',
    firstTurn: 'user',
    alternating: true,
    signedReasoning: true,
    urls: 'none',
  },
  gemini: { system: 'first', alternating: true, signedReasoning: true },
  'openai-chat': {
    maxStops: 4,
    customTools: false,
    strictTools: 'if-strict-subset',
    outputSchema: 'if-strict-subset',
    system: 'first',
    resultMedia: 'after',
    textDocuments: 'text',
    cacheMarks: 'nowhere',
  },
  'openai-responses': {
    textDocuments: 'text',
    minOutputTokens: 16,
    toolSchema: { properties: 'required', items: 'required' },
    strictTools: 'if-strict-subset',
    outputSchema: 'if-strict-subset',
  },
};
