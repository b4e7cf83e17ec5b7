import config from '#config';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';
import { bedrockApp } from './app.ts';

const log = (line: string) => process.stdout.write(`${line}\n`);

export const handler = functionUrlHandler({ app: bedrockApp(deployedSluice({ config, environment: process.env, log })), log });
