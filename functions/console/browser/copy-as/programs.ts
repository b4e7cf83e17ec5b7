import { aiSdk } from './ai-sdk.ts';
import { anthropicJavascript, anthropicPython } from './anthropic.ts';
import { curl } from './curl.ts';
import { langchainJavascript, langchainPython } from './langchain.ts';
import { openaiJavascript, openaiPython } from './openai.ts';
import { boto3, openaiClojure, predictionGuard } from './others.ts';
import type { Program } from './program.ts';

/** The most common clients come first. */
export const programs: readonly Program[] = [
  openaiPython,
  openaiJavascript,
  anthropicPython,
  anthropicJavascript,
  aiSdk,
  langchainPython,
  langchainJavascript,
  curl,
  boto3,
  predictionGuard,
  openaiClojure,
];
