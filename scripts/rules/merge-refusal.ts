/** Why nothing was merged, and what to do. */
export class MergeRefusal extends Error {
  override readonly name = 'MergeRefusal';
}
