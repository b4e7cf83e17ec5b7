import { aiSdkSurfaces, silentAiSdkSurfaces } from './ai-sdk.ts';
import { anthropicSurfaces } from './anthropic.ts';
import { awsSurfaces } from './aws.ts';
import { langchainSurfaces } from './langchain.ts';
import { openaiSurfaces } from './openai.ts';
import type { Surface } from './surface.ts';

/** Every way of reading a stream that is held to show every failure. A new one is a line in its client's file. */
export const surfaces: readonly Surface[] = [
  ...openaiSurfaces,
  ...anthropicSurfaces,
  ...aiSdkSurfaces,
  ...langchainSurfaces,
  ...awsSurfaces,
];

/** Ways that cannot show a failure whatever is sent. */
export const silentSurfaces: readonly Surface[] = silentAiSdkSurfaces;
