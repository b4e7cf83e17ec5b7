/**
 * What an operator runs to put a provider's key into its secret. The key is read from the terminal (paste it, Enter,
 * Ctrl-D), so that neither the shell's history nor the list of processes ever has it.
 */
export function putSecretCommand(secretName: string, region?: string): string {
  return `aws secretsmanager put-secret-value${at(region)} --secret-id ${secretName} --secret-string ${fromTerminal}`;
}

/** The same for a secret that no stack has made. */
export function createSecretCommand(secretName: string, region?: string): string {
  return `aws secretsmanager create-secret${at(region)} --name ${secretName} --secret-string ${fromTerminal}`;
}

/** For a secret that is scheduled for deletion. */
export function restoreSecretCommand(secretName: string, region?: string): string {
  return `aws secretsmanager restore-secret${at(region)} --secret-id ${secretName}`;
}

const fromTerminal = 'file:///dev/stdin';

function at(region: string | undefined): string {
  return region ? ` --region ${region}` : '';
}
