// Rows of a partition in order of their keys, as the table service keeps them: a range is found without a look at the others.

/** Rows by key, and the keys in order. */
export type OrderedRows<Row> = {
  readonly get: (key: string) => Row | undefined
  readonly set: (key: string, row: Row) => void
  readonly delete: (key: string) => void
  /** Rows with their keys, in order, from this key on. */
  readonly from: (key: string) => Iterable<readonly [string, Row]>
}

export function orderedRows<Row>(): OrderedRows<Row> {
  const rows = new Map<string, Row>()
  const keys: string[] = []

  /** The index of the first key that is not before this one. */
  function indexOf(key: string): number {
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((keys[middle] ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get: (key) => rows.get(key),
    set: (key, row) => {
      if (!rows.has(key)) keys.splice(indexOf(key), 0, key)
      rows.set(key, row)
    },
    delete: (key) => {
      if (rows.delete(key)) keys.splice(indexOf(key), 1)
    },
    *from(key) {
      for (let index = indexOf(key); index < keys.length; index += 1) {
        const found = keys[index] ?? ''
        const row = rows.get(found)
        if (row !== undefined) yield [found, row]
      }
    },
  }
}
