/** A reshaped value is equal, and is made of the parts of its model. */
import { expect, it } from "vitest";
import { reshape } from "../../src/scheduler/reshape.js";

it("fills the objects of another value of the same shape, in their order of fields", () => {
  const like = { a: 0, parts: [{ x: 0, list: [] as number[] }], text: "" };
  const [part] = like.parts;
  const value = Object.freeze({
    text: "t",
    parts: [
      { list: [1, 2], x: 3 },
      { list: [], x: 4 },
    ],
    a: 1,
    more: 9,
  });
  const shaped = reshape<typeof like>(value, like);
  expect(JSON.stringify(shaped)).toBe('{"a":1,"parts":[{"x":3,"list":[1,2]},{"list":[],"x":4}],"text":"t"}');
  expect(shaped.parts[0]).toBe(part);
  expect(shaped.parts[0]!.list).not.toBe(value.parts[0]!.list);
});
