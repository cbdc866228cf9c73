// Form fields, each with a label, a hint and an error, all known to screen readers.
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

type Labelled = {
  readonly label: string
  readonly hint?: string
  readonly error?: string | null
  /** The label is for screen readers only. */
  readonly labelHidden?: boolean
}

function useNotes({ hint, error }: Labelled) {
  const id = useId()
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  const notes = (
    <>
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {error && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
    </>
  )
  return { id, notes, aria: { ...(ids && { 'aria-describedby': ids }), ...(error && { 'aria-invalid': true }) } }
}

function Label({ id, label, labelHidden }: Labelled & { readonly id: string }): JSX.Element {
  return (
    <label for={id} class={labelHidden ? 'unseen' : undefined}>
      {label}
    </label>
  )
}

type FieldProps = Labelled & {
  readonly value: string
  readonly onText: (text: string) => void
  readonly type?: 'text' | 'number' | 'datetime-local' | 'date' | 'time' | 'url' | 'password' | 'search'
  /** The id of a datalist with suggestions. */
  readonly list?: string
  readonly autocomplete?: 'off' | 'on' | 'new-password'
  readonly inputMode?: 'numeric' | 'decimal' | 'url' | 'email'
  readonly disabled?: boolean
  readonly required?: boolean
  readonly placeholder?: string
  readonly spellcheck?: boolean
  readonly maxLength?: number
  readonly min?: string | number
  readonly max?: string | number
  readonly step?: string | number
  readonly onBlur?: () => void
  /** On Enter, and when the field is left, if the text has changed. */
  readonly onChange?: () => void
}

/** A line of text. */
export function Field({ label, hint, error, labelHidden, onText, ...input }: FieldProps): JSX.Element {
  const labelled = { label, ...(hint && { hint }), ...(error && { error }), ...(labelHidden && { labelHidden }) }
  const { id, notes, aria } = useNotes(labelled)
  // Preact's types distinguish inputs by `type`, which can be any of several here.
  const attributes: Readonly<Record<string, unknown>> = { ...input, ...aria }
  return (
    <div class="field">
      <Label id={id} {...labelled} />
      <input {...attributes} id={id} onInput={(event) => onText(event.currentTarget.value)} />
      {notes}
    </div>
  )
}

type SelectProps = Labelled & {
  readonly value: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChoose: (value: string) => void
  readonly disabled?: boolean
}

/** A choice of one. */
export function Select({ value, options, onChoose, disabled, ...labelled }: SelectProps): JSX.Element {
  const { id, notes, aria } = useNotes(labelled)
  return (
    <div class="field">
      <Label id={id} {...labelled} />
      <select
        {...aria}
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      {notes}
    </div>
  )
}

type ToggleProps = {
  readonly label: string
  readonly checked: boolean
  readonly onToggle: (checked: boolean) => void
  readonly disabled?: boolean
  readonly labelHidden?: boolean
}

/** On or off, at once. */
export function Toggle({ label, checked, onToggle, disabled, labelHidden }: ToggleProps): JSX.Element {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onToggle(event.currentTarget.checked)}
      />
      <span class={labelHidden ? 'unseen' : undefined}>{label}</span>
    </label>
  )
}
