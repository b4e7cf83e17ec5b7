import { existsSync } from 'node:fs';
import { keyFileBeside } from '../../lib/config/key-file.ts';
import { keysAreInTable, listedKeyRecords } from '../../lib/config/key-store.ts';
import { type DoctorContext, type Finding, wrong } from './check.ts';

/** Validates the configuration. `npm run check:config` shows details. */
export async function configuration({ file, config, configFaults }: DoctorContext): Promise<Finding[]> {
  if (configFaults.length > 0) return configFaults.map(wrong);
  const { providers, models } = config;
  const amount = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const [inProviders, inModels] = [Object.keys(providers).length, Object.keys(models).length];
  return [{ state: 'ok', text: `${file}: ${amount(inProviders, 'provider')}, ${amount(inModels, 'model')}` }];
}

/** Who may use the functions, and where their keys are stored. */
export async function clientKeys({ file, config, environment }: DoctorContext): Promise<Finding[]> {
  const variable = (environment.SLUICE_KEYS ?? '').split(',').filter((key) => key.trim() !== '').length;
  const records = listedKeyRecords(config);
  const usable = records.filter(({ disabled, expires }) => !disabled && (expires === undefined || expires > Date.now()));
  const keyFile = keyFileBeside(file);
  const kept = existsSync(keyFile) ? `the configuration and ${keyFile}` : 'the configuration';
  const findings: Finding[] = [];
  if (keysAreInTable(config)) {
    findings.push({ state: 'ok', text: 'client keys are in the table of the stack. `npm run keys -- list` shows them' });
  }
  if (records.length > 0) {
    findings.push({ state: 'ok', text: `${usable.length} of ${records.length} client keys in ${kept} are usable` });
  }
  if (variable > 0) findings.push({ state: 'ok', text: `${variable} client keys in SLUICE_KEYS for the dev server` });
  if (findings.length === 0) {
    findings.push({ state: 'ok', text: 'no client keys, so the dev server only serves this machine' });
  }
  if (usable.length === 0 && !keysAreInTable(config) && config.stack.auth === 'keys') {
    findings.push({
      state: 'later',
      text: 'no client key that a deployment could use',
      fix: 'Create one before you deploy: npm run keys -- create app',
    });
  }
  return findings;
}
