// A table whose numbers have bars: chart and table in one.
import type { ComponentChildren, JSX } from 'preact'
import { share } from './shares.ts'
import { useFirst } from './use-first.tsx'

/** A column of numbers; `tone` is the class with the color and the pattern of its bars. */
type Measure = { readonly key: string; readonly label: string; readonly tone: string }

type BarRow = {
  readonly key: string
  readonly label: ComponentChildren
  readonly amounts: readonly number[]
}

type BarTableProps = {
  readonly caption: string
  /** The header of the rows. */
  readonly of: string
  readonly measures: readonly Measure[]
  readonly rows: readonly BarRow[]
  readonly amount: (count: number) => string
}

/** Shows the first rows, and all on request; all bars of the table have one scale. */
export function BarTable({ caption, of, measures, rows, amount }: BarTableProps): JSX.Element {
  const longest = Math.max(0, ...rows.flatMap(({ amounts }) => amounts))
  const { shown, button } = useFirst(rows)
  return (
    <>
      <table class="bars">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{of}</th>
            {measures.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, label, amounts }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              {measures.map((measure, index) => (
                <td key={measure.key}>
                  <span>{amount(amounts[index] ?? 0)}</span>
                  <span
                    class={`bar ${measure.tone}`}
                    style={{ inlineSize: `${share(amounts[index] ?? 0, longest)}%` }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {button}
    </>
  )
}
