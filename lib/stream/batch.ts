/*
 * Frames and events travel in batches: one array holds everything that one read of the network brought. A stage handles
 * a batch in a synchronous loop, so an `await` costs once per read and not once per token.
 */

/**
 * All items as one array, or nothing if there are none. If making an item fails, the items before it come first and the
 * failure is thrown after them. So a frame that breaks in the middle of a read takes nothing from the frames before it.
 */
export function* batchOf<Item>(items: Iterable<Item>): Generator<Item[]> {
  const batch: Item[] = [];
  let failure: { thrown: unknown } | undefined;
  try {
    for (const item of items) batch.push(item);
  } catch (thrown) {
    failure = { thrown };
  }
  if (batch.length > 0) yield batch;
  if (failure) throw failure.thrown;
}

/** What `read` makes of each input, a batch for each. Inputs that give nothing give no batch. */
export async function* inBatches<Input, Item>(
  inputs: AsyncIterable<Input>,
  read: (input: Input) => Iterable<Item>,
): AsyncGenerator<Item[]> {
  for await (const input of inputs) for (const batch of batchOf(read(input))) yield batch;
}
