// `npm run pack`: builds the client as JavaScript and types, and packs it into dist/ for apps to install.
import { relative, resolve } from 'node:path';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { packClient } from './pack/pack-client.ts';

const help = `npm run pack

Builds the client for apps and packs it into dist/ as a package. Prints the command that installs it.

Examples
  npm run pack
`;

async function main(): Promise<number> {
  readCommandLine(process.argv.slice(2), { help });
  const { bytes, gzipped, tarball, tarballBytes } = await packClient(resolve('dist'));
  process.stdout.write(`client: ${bytes} bytes minified, ${gzipped} gzipped, with every dialect
package: ${tarballBytes} bytes
npm install ${relative(process.cwd(), tarball)}
`);
  return 0;
}

process.exitCode = await runCommand('npm run pack', main);
