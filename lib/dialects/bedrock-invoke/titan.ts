import { lenientText } from '../lenient-fields.ts';
import type { TextFamily } from './text-family.ts';
import { plainPrompt } from './turns.ts';

/** Amazon Titan Text. */
export const titan: TextFamily = {
  name: 'bedrock-titan',
  prompt: (request) => ({ inputText: plainPrompt(request, { user: 'User', assistant: 'Bot' }) }),
  writers: {
    maxOutputTokens: (value) => ({ textGenerationConfig: { maxTokenCount: value } }),
    temperature: (value) => ({ textGenerationConfig: { temperature: value } }),
    topP: (value) => ({ textGenerationConfig: { topP: value } }),
    stop: (value) => ({ textGenerationConfig: { stopSequences: value } }),
  },
  maxTokens: 4096,
  maxTemperature: 1,
  read: ({ outputText, completionReason }) => ({ text: lenientText(outputText), stop: lenientText(completionReason) }),
  reasons: {
    FINISH: 'stop',
    FINISHED: 'stop',
    STOP_CRITERIA_MET: 'stop',
    LENGTH: 'length',
    CONTENT_FILTERED: 'content-filter',
    RAG_QUERY_WHEN_RAG_DISABLED: 'other',
  },
};
