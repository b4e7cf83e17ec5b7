import { aiSdk } from './ai-sdk.ts';
import { anthropicJavascript, anthropicPython } from './anthropic.ts';
import { curl } from './curl.ts';
import { langchainJavascript, langchainPython } from './langchain.ts';
import { openaiJavascript, openaiPython } from './openai.ts';
import { boto3, openaiClojure, predictionGuard } from './others.ts';
import type { Program } from './program.ts';

/** What most people look for stands first. */
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
