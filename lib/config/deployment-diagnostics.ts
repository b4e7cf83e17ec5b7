import { providerPresets } from '../providers/presets.ts';
import type { ConfigDiagnostic } from './diagnostic.ts';
import { longestTotalMs } from './longest-total.ts';
import { isLoopbackAddress } from './loopback-address.ts';
import { namedTargets, targetedProviders } from './named-targets.ts';
import type { Config } from './schema.ts';
import { durationText, sizeText } from './units.ts';

/** A request to a function URL, with its headers and what JSON makes of both, is at most so long. */
const mostRequestBytes = 6 * 1024 ** 2;

/** A function runs at most 15 minutes; the last 20 s are for its last words. */
const mostTotalMs = 880_000;

/**
 * What is right on a laptop or in a container and would go wrong in a function behind its URL. Faults of a deployment
 * alone: the dev server serves such a configuration.
 */
export function deploymentDiagnostics(config: Config): ConfigDiagnostic[] {
  const { bodyLimit, providers, stack, keys, console, cors } = config;
  const diagnostics: ConfigDiagnostic[] = [];
  if (bodyLimit > mostRequestBytes) {
    diagnostics.push({
      path: ['bodyLimit'],
      expected: `at most ${sizeText(mostRequestBytes)}, since a function URL takes no larger request`,
      found: sizeText(bodyLimit),
      fix: 'Lower it, or serve large requests from a container.',
    });
  }
  const total = longestTotalMs(config);
  if (total > mostTotalMs) {
    diagnostics.push({
      path: ['timeouts', 'total'],
      expected: `at most ${mostTotalMs / 1000}s everywhere, since a function runs 15 minutes`,
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
        fix: 'Give it a public address, or keep its models to the laptop.',
      });
    }
  }
  for (const target of namedTargets(config).filter((name) => name.startsWith('demo/'))) {
    diagnostics.push({
      path: ['models'],
      expected: 'targets that are deployed too',
      found: `${JSON.stringify(target)}, which only the dev server has`,
      fix: 'Take it out before you deploy.',
    });
  }
  const forBrowsers = Object.entries({ ...(console && { console }), ...(cors.length > 0 && { cors }) });
  for (const [name, value] of stack.auth === 'iam' ? forBrowsers : []) {
    diagnostics.push({
      path: [name],
      expected: 'nothing for browsers, since stack.auth is "iam"',
      found: JSON.stringify(value),
      fix: 'Leave one of the two out: AWS refuses what is not signed, and a browser signs neither a page nor a preflight.',
    });
  }
  if (keys.length === 0 && (stack.auth === 'keys' || stack.webFunctions)) {
    diagnostics.push({
      path: ['keys'],
      expected: 'at least one client key, since the functions answer nobody without one',
      found: 'none',
      fix: 'Make one: npm run keys -- create app',
    });
  }
  return diagnostics;
}
