/**
 * The command with which an operator stores a provider's key in its secret. It reads the key from the terminal (paste
 * it, then Enter and Ctrl-D), so that the key appears neither in the shell's history nor in the process list.
 */
export function putSecretCommand(secretName: string, region?: string): string {
  return `aws secretsmanager put-secret-value${at(region)} --secret-id ${secretName} --secret-string ${fromTerminal}`;
}

/** The same for a secret that no stack has created. */
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
