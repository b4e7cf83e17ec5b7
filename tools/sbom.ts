// `npm run sbom`: what is installed at run time (CycloneDX), and the licences of what the deployed bundles contain.
import { relative, resolve } from 'node:path';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { writeSbom } from './sbom/write-sbom.ts';

const help = `npm run sbom

Writes a software bill of materials (CycloneDX) and the licences of the packages in the bundles into dist/.

Examples
  npm run sbom
`;

async function main(): Promise<number> {
  readCommandLine(process.argv.slice(2), { help });
  const { sbom, licences, components, packages } = await writeSbom(resolve('dist'));
  process.stdout.write(`${relative(process.cwd(), sbom)}: CycloneDX, ${components} components
${relative(process.cwd(), licences)}: ${packages} packages in the bundles, each with its licence
`);
  return 0;
}

process.exitCode = await runCommand('npm run sbom', main);
