/** The AWS credentials that the emulated Bedrock accepts. They give access to nothing else. */
export const credentials = { accessKeyId: 'EMBEDDEDDEMO', secretAccessKey: 'the-secret-of-the-embedded-demo' };
