import { describe, expect, test } from 'vitest';
import { readDevelopment } from '../../lib/app/development.ts';
import { refuseOwnAddress } from '../../lib/app/refuse-own-address.ts';
import { checkConfig } from '../../lib/config/load-config.ts';

describe('the environment of the dev server', () => {
  test('has defaults, and binds only loopback without keys', async () => {
    expect(await readDevelopment({})).toMatchObject({ port: 8787, hostname: '127.0.0.1', keys: undefined });
    await expect(readDevelopment({ HOST: '0.0.0.0' })).rejects.toThrow('Set SLUICE_KEYS');
    expect(await readDevelopment({ HOST: '0.0.0.0', SLUICE_KEYS: 'long-enough, another-one' })).toMatchObject({
      hostname: '0.0.0.0',
      keys: [{ id: 'SLUICE_KEYS[0]' }, { id: 'SLUICE_KEYS[1]' }],
    });
  });

  test('rejects a short key without showing it, and an invalid port', async () => {
    await expect(readDevelopment({ SLUICE_KEYS: 'short1' })).rejects.toThrow('eight characters');
    await expect(readDevelopment({ SLUICE_KEYS: 'short1' })).rejects.not.toThrow('short1');
    await expect(readDevelopment({ PORT: 'http' })).rejects.toThrow('PORT: expected a port');
    await expect(readDevelopment({ SLUICE_CONFIG: 'nowhere.json' })).rejects.toThrow('nowhere.json');
  });

  test('rejects a base URL that leads back to the server, and names its variable', () => {
    const config = checkConfig({}, 'c');
    const refuse = (url: string, port: number) =>
      refuseOwnAddress({ environment: { OPENAI_BASE_URL: url }, config, file: 'c' }, port);
    expect(() => refuse('http://localhost:8787/v1', 8787)).toThrow('OPENAI_BASE_URL');
    expect(() => refuse('http://localhost:9000/v1', 8787)).not.toThrow();
    expect(() => refuse('https://api.openai.com/v1', 443)).not.toThrow();
  });

  test('the shipped configuration file is valid', async () => {
    const { default: shipped } = await import('../../sluice.config.ts');
    expect(() => checkConfig(shipped, 'sluice.config.ts')).not.toThrow();
  });
});
