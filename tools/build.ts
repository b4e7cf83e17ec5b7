// `npm run build`: bundles the server for containers into dist/server, with the configuration and the client keys.
import { resolve } from 'node:path';
import { bundle } from '../infra/bundle.ts';

const folder = resolve('dist/server');
const configFile = process.env.SLUICE_CONFIG || 'sluice.config.ts';
const { files } = await bundle({ entry: 'functions/server.ts', configFile, folder });
const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
process.stdout.write(`dist/server: ${Math.round(bytes / 1000)} KB\nnode dist/server/index.mjs\n`);
