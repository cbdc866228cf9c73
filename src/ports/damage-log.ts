// The port that keeps which rows could not be read, until they are repaired.

/** A row of a table that cannot be read, by its keys; `reason` says what is wrong with it, never what is in it. */
export type DamagedRow = {
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
  readonly reason: string
}

/** Rows that were met and could not be read, until they are repaired. */
export type DamageLog = {
  /** Notes a row, once. Never fails: one that cannot be noted now is when it is met again. */
  readonly note: (row: DamagedRow) => Promise<void>
  /** Every row that is noted and not mended since, 1,000 at most. */
  readonly noted: () => Promise<readonly DamagedRow[]>
  /** Forgets a row that is whole again, or gone. */
  readonly forget: (row: DamagedRow) => Promise<void>
}
