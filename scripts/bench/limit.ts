/** No join takes longer unless it hangs: that is a lost call, not a slow one. */
export const JOIN_LIMIT_MS = 15_000;

/** The outcome of a join that does not hang. */
export async function withinLimit<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No connection within ${JOIN_LIMIT_MS} ms.`)), JOIN_LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
