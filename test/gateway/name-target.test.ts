import { describe, expect, it } from 'vitest';
import { nameTarget } from '../../lib/gateway/name-target.ts';
import { SluiceError } from '../../lib/stream/errors.ts';

const target = { provider: 'openai', model: 'gpt-9', requested: 'openai/gpt-9' };
const refused = (status: number | undefined, kind: 'provider_auth_error' | 'provider_model_not_found') =>
  new SluiceError(kind, 'No.', { retryAfterMs: 5, ...(status !== undefined && { upstream: { status } }) });

describe('nameTarget', () => {
  it("says that the gateway's key was rejected, not the client's", () => {
    const { message, kind, retryAfterMs } = nameTarget(refused(401, 'provider_auth_error'), target);
    expect(message).toBe("The provider `openai` refused the gateway's own key, not yours (status 401): No.");
    expect({ kind, retryAfterMs }).toEqual({ kind: 'provider_auth_error', retryAfterMs: 5 });
  });

  it('names the model that a provider doesn’t have', () => {
    expect(nameTarget(refused(404, 'provider_model_not_found'), target).message).toBe(
      'The provider `openai` has no model `gpt-9`: No.',
    );
  });

  it('names similar models', () => {
    const similar = () => ['openai/gpt-5', 'fast'];
    expect(nameTarget(refused(404, 'provider_model_not_found'), { ...target, similar }).message).toBe(
      'The provider `openai` has no model `gpt-9`: No. Did you mean `openai/gpt-5` or `fast`?',
    );
  });

  it('names the alias that leads to it', () => {
    expect(nameTarget(refused(404, 'provider_model_not_found'), { ...target, requested: 'fast' }).message).toBe(
      'The provider `openai` has no model `gpt-9` that `fast` leads to: No.',
    );
  });

  it('leaves an error unchanged that is not the provider’s', () => {
    const own = refused(undefined, 'provider_auth_error');
    expect(nameTarget(own, target)).toBe(own);
  });
});
