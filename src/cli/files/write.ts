/** Writes tensors as .npy, or several as .npz. */
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import type { Tensor } from "../../tensor/tensor.ts";
import { usageError } from "../errors.ts";
import { replaceFile } from "./replace.ts";

/** A tensor in NumPy's format, version 1: header padded so that the numbers start at a multiple of 64. */
export function npyBytes({ data, shape }: Tensor): Buffer {
  const dimensions = shape.map((length) => `${length},`).join(" ");
  const tuple = shape.length > 1 ? dimensions.slice(0, -1) : dimensions;
  const type = data instanceof Float32Array ? "<f4" : "<f8";
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = Buffer.alloc(10 + length + data.byteLength);
  bytes.write("\x93NUMPY\x01\x00", "latin1");
  bytes.writeUInt16LE(length, 8);
  bytes.write(`${text.padEnd(length - 1)}\n`, 10, "latin1");
  const view = new DataView(bytes.buffer, bytes.byteOffset + 10 + length);
  if (data instanceof Float32Array)
    for (let i = 0; i < data.length; i++) view.setFloat32(i * 4, data[i] as number, true);
  else for (let i = 0; i < data.length; i++) view.setFloat64(i * 8, data[i] as number, true);
  return bytes;
}

/** Whether a path is one of .npz; throws unless it is one of .npy or .npz. */
export function isNpz(path: string): boolean {
  const type = /\.(npy|npz)$/i.exec(path)?.[1]?.toLowerCase();
  if (!type) throw usageError(`"${path}": expected a name that ends in .npy or .npz`);
  return type === "npz";
}

/** Writes one tensor to a .npy file, or all by their names to a .npz file. */
export async function writeTensors(path: string, tensors: Readonly<Record<string, Tensor>>): Promise<void> {
  if (!isNpz(path)) {
    const [tensor] = Object.values(tensors) as [Tensor];
    return replaceFile(path, Readable.from([npyBytes(tensor)]));
  }
  const zip = new ZipFile();
  // A fixed time stamp: the same tensors make the same file.
  const mtime = new Date(1980, 0, 1);
  // Made when its turn comes: two gradients of gigabytes are never in memory twice.
  for (const [name, tensor] of Object.entries(tensors))
    zip.addReadStreamLazy(`${name}.npy`, { compress: false, mtime }, (take) =>
      take(null, Readable.from([npyBytes(tensor)])),
    );
  zip.end();
  return replaceFile(path, Readable.from(zip.outputStream));
}
