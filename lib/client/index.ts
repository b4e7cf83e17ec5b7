/** Everything that an app imports from this package: `import { stream } from 'sluice/client'`. */
export type { Block, Citation, FinishReason, Usage } from '../stream/events.ts';
export type { Answer, AnswerEvent, Received, Reconnected, ToolCall } from './accumulator.ts';
export type { RawEvent, ResumeOptions } from './answer-request.ts';
export type { AnswerStream, Callbacks } from './answer-stream.ts';
export type { DialectName } from './dialects.ts';
export { type StreamOptions, stream } from './stream.ts';
export { StreamError } from './stream-error.ts';
