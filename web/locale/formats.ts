// How the page writes days, numbers, people and names, in its language. Pure.

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
 * A name for use in a sentence: enclosed in isolates, so that it does not change the direction of the text around it
 * (Unicode Standard Annex 9). Marks in the name that could end them are removed.
 */
export const isolated = (text: string): string => `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`

/** The name or email of a person; if neither is known, the first characters of the id. */
export const displayName = ({ name, email }: { name: string | null; email: string | null }, id: string): string =>
  name || email || id.slice(0, 8)
