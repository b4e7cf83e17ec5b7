import config from '#config';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';
import { anthropicApp } from './app.ts';

const log = (line: string) => process.stdout.write(`${line}\n`);

export const handler = functionUrlHandler({ app: anthropicApp(deployedSluice({ config, environment: process.env, log })), log });
