export interface CheckedArguments {
  readonly help: string;
  readonly options?: readonly string[];
  readonly takesArguments?: boolean;
}

/** Returns the arguments of the process. Prints the help, or ends the process with 2. */
export function checkArguments(name: string, settings: CheckedArguments): string[];
