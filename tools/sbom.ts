// `npm run sbom`: what is installed at run time (CycloneDX), and the licences of what the deployed bundles contain.
import { relative, resolve } from 'node:path';
import { writeSbom } from './sbom/write-sbom.ts';

const { sbom, licences, components, packages } = await writeSbom(resolve('dist'));
process.stdout.write(`${relative(process.cwd(), sbom)}: CycloneDX, ${components} components
${relative(process.cwd(), licences)}: ${packages} packages in the bundles, each with its licence
`);
