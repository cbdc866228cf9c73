// The port that records unreadable rows until they are repaired.

/** An unreadable row of a table, by its keys; `reason` names the fault, never the content. */
export type DamagedRow = {
  readonly table: string
  readonly partitionKey: string
  readonly rowKey: string
  readonly reason: string
}

/** The unreadable rows that reads came across and that are not repaired yet. */
export type DamageLog = {
  /** Records a row, once. Never fails: the next read that comes across the row records it again. */
  readonly note: (row: DamagedRow) => Promise<void>
  /** Every recorded row that is not repaired, 1,000 at most. */
  readonly noted: () => Promise<readonly DamagedRow[]>
  /** Removes a row that is readable again, or deleted. */
  readonly forget: (row: DamagedRow) => Promise<void>
}
