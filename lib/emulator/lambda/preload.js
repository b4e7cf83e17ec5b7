// Plain JavaScript, like everything that Lambda starts, because stripping types would dominate the startup time of a
// small function.
import { registerHooks } from 'node:module';
import { rapidClient } from './rapid-client.js';

/*
 * Loaded with `node --import` before AWS's runtime interface client. That client needs a native module, which has to
 * be compiled on every machine. This replaces the native module with JavaScript. Everything else is AWS's own code.
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
