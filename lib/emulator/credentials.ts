/** The AWS credentials that the emulated Bedrock knows; they open nothing else. */
export const credentials = { accessKeyId: 'EMBEDDEDDEMO', secretAccessKey: 'the-secret-of-the-embedded-demo' };
