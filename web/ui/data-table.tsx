// A table with a caption and headers; on phones each row becomes a card with labelled cells.
import type { ComponentChildren, JSX } from 'preact'

type Column<Row> = {
  readonly key: string
  readonly header: string
  readonly cell: (row: Row) => ComponentChildren
  /** Aligned by their last digit. */
  readonly numeric?: boolean
}

type DataTableProps<Row> = {
  readonly caption: string
  /** The caption is for screen readers only. */
  readonly captionHidden?: boolean
  /** The first column is the header of its row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
}

export function DataTable<Row>({ caption, captionHidden, columns, rows, rowKey }: DataTableProps<Row>): JSX.Element {
  return (
    <table class="data-table">
      <caption class={captionHidden ? 'unseen' : undefined}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, header, numeric }) => (
            <th key={key} scope="col" class={numeric ? 'numeric' : undefined}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ key, header, cell, numeric }, index) => {
              const properties = { 'data-label': header, class: numeric ? 'numeric' : undefined }
              return index === 0 ? (
                <th key={key} scope="row" {...properties}>
                  {cell(row)}
                </th>
              ) : (
                <td key={key} {...properties}>
                  {cell(row)}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
