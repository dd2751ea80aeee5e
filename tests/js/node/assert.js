// What the tests use of Node's `node:assert/strict`, for a browser.

function fail(message = "failed") {
  throw message instanceof Error ? message : new Error(message);
}

function ok(value) {
  if (!value) fail(`${value} is not true`);
}

function equal(actual, expected) {
  if (!Object.is(actual, expected)) fail(`${actual} is not ${expected}`);
}

function deepEqual(actual, expected) {
  if (!isDeepEqual(actual, expected)) fail(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

function isDeepEqual(one, other) {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && isDeepEqual(one[key], other[key]));
}

const isObject = (value) => typeof value === "object" && value !== null;

export default { deepEqual, equal, fail, ok };
