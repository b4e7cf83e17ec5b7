import { bodyFailure } from '../dialects/bedrock/failure.ts';
import { bedrockConverseUpstream } from '../dialects/bedrock-converse/upstream.ts';
import { wholeConverseFrames } from '../dialects/bedrock-converse/whole-answer.ts';
import { invokedFamily } from '../dialects/bedrock-invoke/families.ts';
import type { ProviderDialect } from '../dialects/dialect.ts';
import { openaiChatUpstream } from '../dialects/openai-chat/upstream.ts';
import { openaiResponsesUpstream } from '../dialects/openai-responses/upstream.ts';
import { SluiceError } from '../stream/errors.ts';
import { untilAborted } from '../time/until-aborted.ts';
import { send, type TransportResponse } from '../transport/send.ts';
import { readAwsEventStream } from '../wire/aws-event-stream.ts';
import type { ReadFrames } from '../wire/frame.ts';
import { readInvokeChunks } from '../wire/invoke-chunks.ts';
import { readSse } from '../wire/sse.ts';
import { acceptJson, acceptResponse, awsEventStreamFormat, requireCount, sseFormat } from './accept-response.ts';
import { betasInBody } from './bedrock-betas.ts';
import { countedModel, type Invocation, tokensInput } from './bedrock-count-tokens.ts';
import type { BedrockAccess, BedrockOperation } from './bedrock-signer.ts';
import { bedrockSigner } from './bedrock-signing.ts';
import type { LoadedProvider, UpstreamApi, UpstreamRequest } from './provider.ts';

export interface BedrockSettings extends BedrockAccess {
  /**
   * The API for the models: only Converse, or the family's own body wherever it is known, because not every imported
   * model supports Converse. Default: the better one for each client and model.
   */
  readonly api?: 'converse' | 'invoke';
}

/**
 * Amazon Bedrock with ConverseStream, or with InvokeModelWithResponseStream if the model's own body is better. The
 * AWS SDK signs the request and our own transport sends it. So timeouts, aborts and cut streams work as with all
 * other providers, while the SDK would end a broken stream as if it were complete. Fields that this SDK version
 * doesn't know are also kept in both directions.
 */
export function bedrockProvider(settings: BedrockSettings): LoadedProvider {
  const sign = bedrockSigner(settings);

  async function sendSigned(operation: BedrockOperation, request: UpstreamRequest): Promise<TransportResponse> {
    const signed = await untilAborted(sign(operation, request), request.signal);
    return send({ ...signed, signal: request.signal, onConnected: request.onConnected });
  }

  function api(invocation: Invocation, dialect: ProviderDialect, read: ReadFrames): UpstreamApi {
    return {
      dialect,
      async open(request) {
        if (request.whole && invocation === 'converse') {
          const answer = await sendSigned('converse-whole', request);
          return wholeConverseFrames(await acceptJson(answer, knowingErrorType(dialect, answer)));
        }
        const answer = await sendSigned(invocation, prepared[invocation](request));
        return acceptResponse(answer, { dialect: knowingErrorType(dialect, answer), read, streamFormat: awsEventStreamFormat });
      },
      async countTokens(request) {
        const { body, ...asked } = prepared[invocation](request);
        const input = tokensInput(invocation, body);
        const answer = await sendSigned('count', { ...asked, model: countedModel(request.model), body: { input } });
        return requireCount((await acceptJson(answer, knowingErrorType(dialect, answer))).inputTokens);
      },
    };
  }

  /** One of OpenAI's APIs on Bedrock. */
  function openaiApi(operation: 'chat' | 'responses', dialect: ProviderDialect): UpstreamApi {
    return {
      dialect,
      async open(request) {
        const answer = await sendSigned(operation, request);
        return acceptResponse(answer, { dialect: awsOrOpenai(dialect, answer), read: readSse, streamFormat: sseFormat });
      },
    };
  }

  const chat = openaiApi('chat', openaiChatUpstream({ thinkingTags: 'reasoning' }));
  const responses = openaiApi('responses', openaiResponsesUpstream());
  const converse = api('converse', bedrockConverseUpstream(), readAwsEventStream);
  return {
    ...converse,
    apiFor(clientDialect, model) {
      if (!settings.api && onlyResponses.test(model)) return responses;
      if (!settings.api && openWeight.test(model) && clientDialect === chat.dialect.name) return chat;
      const family = settings.api === 'converse' ? undefined : invokedFamily(model);
      if (!family) return converse;
      const { dialect, betterFor } = family;
      const better =
        betterFor === 'everyone' ? clientDialect !== converse.dialect.name : betterFor && clientDialect === dialect.name;
      return better || settings.api === 'invoke' ? api('invoke', dialect, readInvokeChunks) : converse;
    },
  };
}

/** OpenAI's models that Bedrock serves with neither Converse nor InvokeModel: `openai.gpt-5.5`, `us.openai.gpt-6`. */
const onlyResponses = /(^|[./])openai\.(?!gpt-oss)/;
/** These have Converse too, but Responses only at another host. */
const openWeight = /(^|[./])openai\.gpt-oss/;

/** Prepares a request. Headers of an Anthropic client move into the body. */
const prepared: Record<Invocation, (request: UpstreamRequest) => UpstreamRequest> = {
  converse: (request) => request,
  invoke: betasInBody,
};

/** The dialect, with AWS's own errors, such as a denied access, which OpenAI's APIs have there too. */
function awsOrOpenai(dialect: ProviderDialect, answer: TransportResponse): ProviderDialect {
  return answer.headers['x-amzn-errortype'] ? knowingErrorType(dialect, answer) : dialect;
}

/** The dialect, with the exception name of a rejected request from its header. */
function knowingErrorType(dialect: ProviderDialect, { headers }: TransportResponse): ProviderDialect {
  return {
    ...dialect,
    failure: (status, body) =>
      status < 300
        ? new SluiceError('upstream_protocol_error', 'The provider sent JSON instead of a stream.')
        : bodyFailure(status, body, headers['x-amzn-errortype']),
  };
}
