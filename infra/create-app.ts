import { App, Validations } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * An app whose templates are checked with AWS's rules for solutions and CloudFormation's own rules. An unacknowledged
 * finding makes the synthesis fail. `outdir` is the output folder. The CDK command line sets it itself.
 */
export function createApp(outdir?: string): App {
  const app = new App({
    ...(outdir && { outdir }),
    analyticsReporting: false,
    // The feature flags of a new project. They only change with the CDK's version, which is pinned.
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, '@aws-cdk/core:validateAgainstDefaultRules': true },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
