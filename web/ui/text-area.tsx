// A field of several lines, with its label, its hint and its error.
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

type TextAreaProps = {
  readonly label: string
  readonly value: string
  readonly onText: (text: string) => void
  readonly hint?: string
  readonly error?: string | null
  readonly rows?: number
  readonly maxLength?: number
  readonly field?: { current: HTMLTextAreaElement | null }
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps): JSX.Element {
  const { label, value, onText, hint, error, rows = 3, maxLength, field } = props
  const id = useId()
  const notes = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        {...(field && { ref: field })}
        {...(notes && { 'aria-describedby': notes })}
        {...(error && { 'aria-invalid': true })}
        {...(maxLength !== undefined && { maxLength })}
        id={id}
        rows={rows}
        value={value}
        spellcheck={false}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      {hint && (
        <small class="hint" id={`${id}-hint`}>
          {hint}
        </small>
      )}
      {error && (
        <small class="error" id={`${id}-error`}>
          {error}
        </small>
      )}
    </div>
  )
}
