import { App, Validations } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * An app whose templates are checked by AWS's rules for solutions and by CloudFormation's own: a finding that nobody has
 * acknowledged is a failure of the synthesis. `outdir` is where they go; where the CDK's command line runs the app, it
 * says so itself.
 */
export function createApp(outdir?: string): App {
  const app = new App({
    ...(outdir && { outdir }),
    analyticsReporting: false,
    // As in a new project of today. They change with the CDK's version alone, which is pinned.
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, '@aws-cdk/core:validateAgainstDefaultRules': true },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
