/**
 * The same data in the object shapes of another: V8 compiles code for the shapes that it meets, and one is faster
 * than two.
 */

/**
 * `value` copied, each object with the fields of its counterpart in `like`, in that order. Fields that `like` has
 * not are left out; where an array has more entries than `like`'s, the others are as they are.
 */
export function reshape<Value>(value: Value, like: Value): Value {
  if (Array.isArray(value)) {
    const parts: readonly unknown[] = Array.isArray(like) ? like : [];
    return value.map((part: unknown, index) => reshape(part, parts[index])) as Value;
  }
  if (!isRecord(value) || !isRecord(like)) return value;
  // Filled in place, since an object that is built field by field may get another shape than a literal.
  const shaped: Record<string, unknown> = like;
  for (const name of Object.keys(shaped)) shaped[name] = reshape(value[name], shaped[name]);
  return like;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
