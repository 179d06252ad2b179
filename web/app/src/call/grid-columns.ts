/** Tiles look best near this shape: pictures are cut least. */
const TILE_ASPECT = 4 / 3;

/** The number of columns that shows `count` pictures largest in a stage of this size. */
export function gridColumns(count: number, width: number, height: number): number {
  let best = { columns: 1, area: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const visible = Math.min(width / columns, (height / rows) * TILE_ASPECT);
    const area = visible * visible;
    if (area > best.area) best = { columns, area };
  }
  return best.columns;
}
