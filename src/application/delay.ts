// How long a queue hides a message whose time has not come.

/** The delay of a message that is due at `at`, in whole seconds; both times in Unix ms. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1_000))
