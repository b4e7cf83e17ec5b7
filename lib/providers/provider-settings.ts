import type { OpenaiChatQuirks } from '../dialects/openai-chat/upstream.ts';
import type { KeySource } from './key-source.ts';
import type { ProviderPreset } from './presets.ts';
import type { ProviderKind } from './provider-kinds.ts';

/** One provider as it is to be made: a record and what the configuration adds to it. */
export interface ProviderSettings {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly api?: 'converse' | 'invoke';
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly quirks?: OpenaiChatQuirks;
  readonly apis?: ProviderPreset['apis'];
  readonly key: KeySource;
}
