// A list of checkboxes, in as many columns as fit.
import type { JSX } from 'preact'

type CheckListProps<Value> = {
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly chosen: readonly Value[]
  readonly onChoose: (chosen: readonly Value[]) => void
  readonly error?: string | null
  /** The label is for screen readers only. */
  readonly labelHidden?: boolean
}

/** A choice of any number. Chosen values that are no options stay chosen. */
export function CheckList<Value extends string | number>(props: CheckListProps<Value>): JSX.Element {
  const { label, options, chosen, onChoose, error, labelHidden } = props
  const turn = (value: Value, on: boolean) =>
    onChoose(on ? [...chosen, value] : chosen.filter((each) => each !== value))
  return (
    <fieldset class="check-list">
      <legend class={labelHidden ? 'unseen' : undefined}>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="checkbox"
            checked={chosen.includes(option.value)}
            onChange={(event) => turn(option.value, event.currentTarget.checked)}
          />
          <span dir="auto">{option.label}</span>
        </label>
      ))}
      {error && (
        <small class="error" role="alert">
          {error}
        </small>
      )}
    </fieldset>
  )
}
