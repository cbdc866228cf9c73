// How the overview writes days, numbers and people, in the page's language. Pure.

/** A day (`YYYY-MM-DD`) as charts and tables write it. */
export function dayWriter(language: string): (date: string) => string {
  const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  return (date) => (date === '' ? '' : format.format(new Date(`${date}T00:00:00Z`)))
}

/** A number with the language's separators. */
export function amountWriter(language: string): (count: number) => string {
  const format = new Intl.NumberFormat(language)
  return (count) => format.format(count)
}

/**
 * What somebody else named, for a sentence: set apart by isolates, so that it turns the direction of nothing around it
 * (Unicode Standard Annex 9); marks of its own that could end them are left out.
 */
export const isolated = (text: string): string => `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`

/** What people call somebody, as far as it is known; else the beginning of the id. */
export const callOf = ({ name, email }: { name: string | null; email: string | null }, id: string): string =>
  name || email || id.slice(0, 8)
