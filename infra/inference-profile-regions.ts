/**
 * The regions to which Bedrock may route a cross-region inference profile, by the prefix of the profile id. This is
 * the union over all models, because the regions differ slightly between them. The source region is always included
 * as well.
 *
 * As of 2026-11-21. Sources: the Bedrock user guide, "Supported Regions and models for inference profiles", and the
 * documentation of `CrossRegionInferenceProfileRegion` in @aws-cdk/aws-bedrock-alpha 2.275.0. To check one profile:
 * `aws bedrock get-inference-profile --inference-profile-identifier <id>`.
 */
export const inferenceProfileRegions: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  eu: ['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  // Includes the United Arab Emirates.
  apac: [
    'ap-east-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-7',
    'me-central-1',
  ],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  ca: ['ca-central-1', 'ca-west-1'],
  'us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  // Any commercial region. The model's ARN has no region.
  global: [''],
};
