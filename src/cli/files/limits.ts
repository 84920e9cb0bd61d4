/** What a file may hold before it is refused: memory must not be taken on a file's word alone. */

/** Bytes of one array: kernel memory holds at most 4 GB, and a gradient is as large as its argument. */
export const MAX_ARRAY_BYTES = 2 ** 31;

/** Bytes of the header of a .npy file; NumPy writes about a hundred. */
export const MAX_HEADER_BYTES = 2 ** 16;

/** Bytes of one row of a .csv file. */
export const MAX_ROW_BYTES = 2 ** 22;

/** Bytes and cells of a .csv file, which is held as text. */
export const MAX_CSV_BYTES = 2 ** 29;
export const MAX_CELLS = 5e7;

/** A number of bytes for people: "3 bytes", "1.2 MB". */
export function showBytes(count: number): string {
  if (count < 1000) return `${count} byte${count === 1 ? "" : "s"}`;
  const step = Math.min(Math.floor(Math.log10(count) / 3), 6);
  return `${Number((count / 1000 ** step).toPrecision(3))} ${["kB", "MB", "GB", "TB", "PB", "EB"][step - 1]}`;
}
