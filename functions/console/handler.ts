import config from '#config';
import { consoleFiles } from '#console';
import { preparedSluice } from '../../lib/app/deployed-sluice.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';
import { allFunctions } from '../all.ts';
import { consoleApp } from './app.ts';

const log = (line: string) => process.stdout.write(`${line}\n`);
const sluice = await preparedSluice({ config, environment: process.env, log });

/** The page and every API, because the page calls only its own origin. */
export const handler = functionUrlHandler({
  app: { fetch: allFunctions(sluice, consoleApp({ sluice, load: consoleFiles })) },
  log,
});
