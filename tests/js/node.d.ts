// As much of Node as the tests of the scripts use. For the type checker alone; the page's scripts must not see more.

declare module "node:test" {
  export function test(name: string, body: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  const assert: {
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(actual: string, expected: RegExp): void;
    ok(value: unknown, message?: string): void;
  };
  export default assert;
}

declare const process: {
  stdin: AsyncIterable<string>;
  stdout: { write(text: string): void };
};
