// `npm run pack`: builds the client as JavaScript and types, and packs it into dist/ for apps to install.
import { relative, resolve } from 'node:path';
import { packClient } from './pack/pack-client.ts';

const { bytes, gzipped, tarball, tarballBytes } = await packClient(resolve('dist'));
process.stdout.write(`client: ${bytes} bytes minified, ${gzipped} gzipped, with every dialect
package: ${tarballBytes} bytes
npm install ${relative(process.cwd(), tarball)}
`);
