// Numbers of things, in words. Pure.

/** "1 event", "2,413 events". */
export const counted = (count: number, thing: string): string =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`
