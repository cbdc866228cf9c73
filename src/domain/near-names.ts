// Names that a mistyped one may mean. Pure.

/** A name as it is compared with what people type: without differences of case, width and composition. */
export const comparableName = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

/** Most names that are offered. */
const namesMax = 3
/** Longest part of a name that is compared; longer names are nobody's typing error. */
const comparedCharactersMax = 60

/** The names, three at most, that begin like this one or differ from it, or from one of its words, in a letter or two. */
export function nearNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = comparableName(name).slice(0, comparedCharactersMax)
  const editsMax = wanted.length < 4 ? 1 : 2
  const found = [...new Set(names)].flatMap((each) => {
    const whole = comparableName(each).slice(0, comparedCharactersMax)
    const parts = [whole, ...whole.split(/[^\p{L}\p{N}]+/u)].filter((part) => part !== '')
    const edits = Math.min(...parts.map((part) => (part.startsWith(wanted) ? 0 : editsBetween(wanted, part, editsMax))))
    return edits <= editsMax && wanted !== '' ? [{ each, edits }] : []
  })
  return found
    .sort((one, other) => one.edits - other.edits)
    .slice(0, namesMax)
    .map(({ each }) => each)
}

/** How many letters must be added, dropped or changed (Levenshtein); more than `most` once that is sure. */
function editsBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1]
    for (let to = 1; to <= other.length; to++) {
      const changed = (row[to - 1] ?? 0) + (other[to - 1] === letter ? 0 : 1)
      next.push(Math.min(changed, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1))
    }
    if (Math.min(...next) > most) return most + 1
    row = next
  }
  return row[other.length] ?? 0
}
