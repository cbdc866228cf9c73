// Rows of tables, and which of them are read.

/** The keys of a row. */
export type RowKeys = { readonly partitionKey: string; readonly rowKey: string }

/** The columns of a row as they were read: nothing is known of them but their names. */
export type Row = Readonly<Record<string, unknown>>

/** A row as it was read, with its key in the partition and its version. */
export type StoredRow = Row & { readonly rowKey: string; readonly etag: string }

/** A row to write. */
export type NewRow = RowKeys & Row

/** The rows of a partition from one key on to before another; of these, the ones that `also` holds for, an OData filter. */
export type RowRange = {
  readonly partitionKey: string
  readonly from: string
  readonly before: string
  readonly also?: string
  /** The columns that are read beside the key; all when absent. */
  readonly columns?: readonly string[]
}

/** Which rows are read, as an OData filter (all when absent), and how. */
export type Query = {
  readonly filter?: string
  readonly columns?: readonly string[]
  /** Columns come with the names of their types, as the service sends them; texts as well. */
  readonly withTypes?: boolean
  /** Ends the query; without it, each page has `requestMsMax`. */
  readonly signal?: AbortSignal
}

/** The rows of one response of the service: maybe none although more follow. */
export type Page = { readonly rows: readonly StoredRow[]; readonly more: boolean }
