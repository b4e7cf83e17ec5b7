import { registerHooks } from 'node:module';

// Given to `node --import` before a function: tells each module that is really loaded from a file, at the time.

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stdout.write(`${JSON.stringify({ loaded: url })}\n`);
    return next(url, context);
  },
});
