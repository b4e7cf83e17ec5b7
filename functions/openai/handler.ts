import config from '#config';
import { preparedSluice } from '../../lib/app/deployed-sluice.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';
import { openaiApp } from './app.ts';

const log = (line: string) => process.stdout.write(`${line}\n`);

const sluice = await preparedSluice({ config, environment: process.env, log });

export const handler = functionUrlHandler({ app: openaiApp(sluice), log });
