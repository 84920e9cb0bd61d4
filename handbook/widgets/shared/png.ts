/** A grey picture as a PNG in a data address: enough of the format for small pictures, without compression. */

/** CRC-32 of every byte. */
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

const big = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function chunk(name: string, data: readonly number[]): number[] {
  const body = [...Array.from(name, (letter) => letter.charCodeAt(0)), ...data];
  let crc = 0xffffffff;
  for (const byte of body) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return [...big(data.length), ...body, ...big(~crc >>> 0)];
}

/** One block of zlib's "stored" kind holds at most 65535 bytes: pictures of up to 255 × 255. */
function stored(bytes: readonly number[]): number[] {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const length = [bytes.length & 255, bytes.length >> 8];
  return [0x78, 1, 1, ...length, ...length.map((byte) => byte ^ 255), ...bytes, ...big(((b << 16) | a) >>> 0)];
}

/** Pixels in [0, 1], row by row; values outside are cut off. */
export function pngOf(pixels: ArrayLike<number>, width: number, height: number): string {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(0);
    for (let x = 0; x < width; x++)
      rows.push(Math.round(255 * Math.min(Math.max(pixels[y * width + x] as number, 0), 1)));
  }
  const bytes = [
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", [...big(width), ...big(height), 8, 0, 0, 0, 0]),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", []),
  ];
  return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`;
}
