// Where a run reports what happened: one line each, with names, ids and codes alone.
export type RunLog = {
  readonly log: (line: string) => void
  readonly warn: (line: string) => void
  readonly error: (line: string) => void
}
