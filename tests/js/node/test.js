// What the tests use of Node's `node:test`, for a browser.

const tests = [];

export default function test(name, run) {
  tests.push({ name, run });
}

// Run the tests one after the other, and return their names and what failed.
export async function runTests() {
  const failures = [];
  for (const { name, run } of tests) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}: ${error}`);
    }
  }
  return { names: tests.map(({ name }) => name), failures };
}
