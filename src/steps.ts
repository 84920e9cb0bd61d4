/**
 * Long work in steps: a generator that yields now and then, so that a program can draw its progress, or stop. What it yields
 * says how far it is, where that means anything.
 */
export type Steps<R, At = void> = Generator<At, R>;

/** Does all steps at once. */
export function finish<R>(steps: Steps<R, unknown>): R {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value as R;
  }
}
