/** The items of all batches, one after another. */
export async function* flattened<Item>(batches: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const batch of batches) yield* batch;
}

/** A batch for each item, as if each came in a network read of its own. */
export async function* oneByOne<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item[]> {
  for await (const item of items) yield [item];
}
