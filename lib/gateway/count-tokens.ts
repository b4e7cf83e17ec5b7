import { redactError } from '../redact/redact.ts';
import { SluiceError, toSluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';
import { callUpstreamOnce } from './call-upstream.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** As `Gateway.countTokens`. The first target counts, because the answer would come from it too. */
export async function countTokens(gatewayRequest: GatewayRequest, clock: Clock): Promise<number> {
  const { route } = gatewayRequest;
  const [target] = route.targets;
  if (!target) throw unsupported(route.name);
  try {
    return await callUpstreamOnce(gatewayRequest, target, clock, async (api, upstreamRequest) => {
      if (!api.countTokens) throw unsupported(route.name);
      return api.countTokens(upstreamRequest);
    });
  } catch (thrown) {
    throw redactError(toSluiceError(thrown));
  }
}

function unsupported(model: string): SluiceError {
  return new SluiceError(
    'route_not_found',
    `Tokens can't be counted for \`${model}\`. Only Anthropic, Gemini and Claude on Bedrock count tokens, and Sluice doesn't estimate.`,
  );
}
