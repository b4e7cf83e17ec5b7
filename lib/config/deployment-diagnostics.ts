import { providerPresets } from '../providers/presets.ts';
import type { ConfigDiagnostic } from './diagnostic.ts';
import { keysAreInTable, listedKeyRecords } from './key-store.ts';
import { longestTotalMs } from './longest-total.ts';
import { isLoopbackAddress } from './loopback-address.ts';
import { namedTargets, targetedProviders } from './named-targets.ts';
import type { Config } from './schema.ts';
import { durationText, sizeText } from './units.ts';

/** The maximum size of a function URL request, including its headers and the JSON encoding of both. */
const mostRequestBytes = 6 * 1024 ** 2;

/**
 * A function runs for at most 15 minutes. The last 20 s are reserved for ending the response and for background work.
 */
const mostTotalMs = 880_000;

/**
 * Settings that work in development or in a container but fail in a function behind its URL. The dev server accepts
 * such a configuration.
 */
export function deploymentDiagnostics(config: Config): ConfigDiagnostic[] {
  const { bodyLimit, providers, stack, console, cors, streams } = config;
  const diagnostics: ConfigDiagnostic[] = [];
  if (bodyLimit > mostRequestBytes) {
    diagnostics.push({
      path: ['bodyLimit'],
      expected: `at most ${sizeText(mostRequestBytes)}, the request limit of a function URL`,
      found: sizeText(bodyLimit),
      fix: 'Lower it, or use a container to serve larger requests.',
    });
  }
  if (streams?.store === 'memory') {
    diagnostics.push({
      path: ['streams', 'store'],
      expected: '"dynamodb", since each Lambda environment has a memory of its own',
      found: '"memory"',
      fix: 'Set it to "dynamodb", or leave `streams` out.',
    });
  }
  const total = longestTotalMs(config);
  if (total > mostTotalMs) {
    diagnostics.push({
      path: ['timeouts', 'total'],
      expected: `at most ${mostTotalMs / 1000}s everywhere, since a Lambda function runs for at most 15 minutes`,
      found: durationText(total),
      fix: 'Lower the longest one.',
    });
  }
  for (const name of new Set([...Object.keys(providers), ...targetedProviders(config)])) {
    const baseUrl = providers[name]?.baseUrl ?? providerPresets[name]?.baseUrl;
    const hostname = baseUrl === undefined ? '' : new URL(baseUrl).hostname;
    if (isLoopbackAddress(hostname)) {
      diagnostics.push({
        path: ['providers', name, 'baseUrl'],
        expected: 'an address that AWS can reach',
        found: `${hostname}, which is the function itself`,
        fix: 'Use a public address, or use this provider only in development.',
      });
    }
  }
  for (const target of namedTargets(config).filter((name) => name.startsWith('demo/'))) {
    diagnostics.push({
      path: ['models'],
      expected: 'targets that exist when deployed',
      found: `${JSON.stringify(target)}, which only the dev server has`,
      fix: 'Remove it before you deploy.',
    });
  }
  const forBrowsers = Object.entries({ ...(console && { console }), ...(cors.length > 0 && { cors }) });
  for (const [name, value] of stack.auth === 'iam' ? forBrowsers : []) {
    diagnostics.push({
      path: [name],
      expected: 'no browser access, since stack.auth is "iam"',
      found: JSON.stringify(value),
      fix: 'Remove one of the two. AWS rejects unsigned requests, and browsers sign neither pages nor preflight requests.',
    });
  }
  if (!keysAreInTable(config) && listedKeyRecords(config).length === 0 && (stack.auth === 'keys' || stack.webFunctions)) {
    diagnostics.push({
      path: ['keys'],
      expected: 'at least one client key, since deployed functions reject requests without one',
      found: 'none',
      fix: 'Create one: npm run keys -- create app',
    });
  }
  return diagnostics;
}
