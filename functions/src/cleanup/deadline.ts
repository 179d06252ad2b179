/** The time, in milliseconds since the epoch: a parameter, so that tests need not wait. */
export type Clock = { readonly now: () => number };

export type Deadline = { readonly isOver: () => boolean };

/**
 * A deadline for each part of a run, in their order. A backlog of one part can't keep the others from ever running, and a part
 * that is done early leaves its time to the next.
 */
export function deadlines(clock: Clock, budgetMs: number, parts: number): readonly Deadline[] {
  const startedAt = clock.now();
  return Array.from({ length: parts }, (_, part) => {
    const endsAt = startedAt + (budgetMs * (part + 1)) / parts;
    return { isOver: () => clock.now() >= endsAt };
  });
}
