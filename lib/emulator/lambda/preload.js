// Plain JavaScript, as all that Lambda starts: to take the types off would be most of the start of a small function.
import { registerHooks } from 'node:module';
import { rapidClient } from './rapid-client.js';

/*
 * Given to `node --import` before AWS's runtime interface client, which asks for a native module that has to be built
 * on every machine: gives it a client in JavaScript instead. All else of the runtime is AWS's own.
 */
const passthrough = './rapid-client.node';
const standIn = new URL('./rapid-client-stand-in.cjs', import.meta.url).href;
const place = Symbol.for('sluice.rapid-client');

Object.assign(globalThis, { [place]: rapidClient });

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === passthrough ? { url: standIn, format: 'commonjs', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === standIn
      ? {
          format: 'commonjs',
          source: `module.exports = globalThis[Symbol.for(${JSON.stringify(place.description)})];`,
          shortCircuit: true,
        }
      : next(url, context),
});
