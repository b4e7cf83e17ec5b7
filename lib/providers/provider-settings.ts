import type { OpenaiChatQuirks } from '../dialects/openai-chat/upstream.ts';
import type { Requirements } from '../models/requirements.ts';
import type { KeySource } from './key-source.ts';
import type { ProviderPreset } from './presets.ts';
import type { ProviderKind } from './provider-kinds.ts';

/** The settings of one provider: a preset plus its configuration. */
export interface ProviderSettings {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly api?: 'converse' | 'invoke';
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  /** What the operator knows of this provider. */
  readonly rules?: Requirements;
  readonly quirks?: OpenaiChatQuirks;
  readonly apis?: ProviderPreset['apis'];
  readonly key: KeySource;
}
