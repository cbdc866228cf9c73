// Names in sentences: a name that turns the direction of writing must not turn the words after it. Pure.

/** A name between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode UAX #9). */
export const isolated = (name: string): string => `\u2068${name}\u2069`
