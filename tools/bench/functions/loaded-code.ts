import { registerHooks } from 'node:module';

// Loaded with `node --import` before a function. Reports each module when it is loaded from a file.

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stdout.write(`${JSON.stringify({ loaded: url })}\n`);
    return next(url, context);
  },
});
