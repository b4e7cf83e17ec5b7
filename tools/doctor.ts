// `npm run doctor`: what is configured, what works, and what to do about the rest. Asks each provider once, for nothing.
import { examinationReport, examine } from './doctor/examine.ts';

const examined = await examine(process.env, process.env.SLUICE_CONFIG || 'sluice.config.ts');
process.stdout.write(`${examinationReport(examined)}\n`);
// Connections that are kept for another call would keep the process too.
process.exit(examined.some(({ findings }) => findings.some(({ state }) => state === 'wrong')) ? 1 : 0);
