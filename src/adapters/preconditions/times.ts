// Times that every store takes.

/** Latest time that a store takes, in Unix milliseconds: 15 digits. */
export const timeMsMax = 999_999_999_999_999

/** Throws a RangeError unless this is a time that a store takes: Unix ms, whole, from 1970 on. */
export function checkTime(ms: number): void {
  if (!(Number.isInteger(ms) && ms >= 0 && ms <= timeMsMax)) throw new RangeError('no time that a store takes')
}
