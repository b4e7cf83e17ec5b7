/** Whether an Azure base URL is that of the newer form: `https://<name>.openai.azure.com/openai/v1`. */
export function isAzureV1Url(baseUrl: string): boolean {
  return /\/openai\/v1\/*$/.test(baseUrl);
}
