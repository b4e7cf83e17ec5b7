import { keysAreInTable } from '../../lib/config/key-store.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import { fileBook } from './file-book.ts';
import { findTable } from './find-table.ts';
import type { KeyBook } from './key-book.ts';
import { tableBook } from './table-book.ts';

/** The book that the configuration asks for: the table of the deployed stack, or the file beside the configuration. */
export async function openKeyBook(configFile: string): Promise<KeyBook> {
  const config = await loadConfig(configFile);
  if (!keysAreInTable(config)) return fileBook(config, configFile);
  return tableBook(await findTable(config, process.env));
}
