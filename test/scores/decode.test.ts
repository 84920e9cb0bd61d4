/** Image files as PIL reads them. */
import { expect, it } from "vitest";
import { decode } from "../../src/cli/files/image.ts";
import { preprocess } from "../../src/networks/index.ts";
import golden from "./images.json" with { type: "json" };

it.each(golden)("reads $name to the bit as PIL does", async ({ name, size, file, pixels }) => {
  const image = await decode(name, Buffer.from(file, "base64"));
  expect([image.height, image.width]).toEqual(size);
  const { data } = preprocess(image, { divide: 1, layout: "NHWC" });
  expect(Buffer.from(data).equals(Buffer.from(pixels, "base64"))).toBe(true);
});
