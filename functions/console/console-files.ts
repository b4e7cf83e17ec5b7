/** A file of the console, as the browser gets it. */
export interface ConsoleFile {
  readonly type: 'text/javascript' | 'text/css';
  readonly text: string;
}

/** The files of the console, without its page. */
export interface ConsoleFiles {
  /** The path of the module that the page starts. */
  readonly script: string;
  readonly styles: readonly string[];
  /** Every file by its path, which begins with `/console/`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}
