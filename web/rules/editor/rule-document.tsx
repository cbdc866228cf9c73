// The field for a rule document: numbered lines, marks at wrong lines, and a Tab key that indents and can be switched to leave the field.
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { type Edit, entered, lineCount, tabbed } from './editing.ts'

type RuleDocumentProps = {
  readonly text: string
  readonly onText: (text: string) => void
  /** Lines, from 1 on, in which something is wrong. */
  readonly wrongLines: ReadonlySet<number>
  /** The id of the element that lists the problems, if there are any. */
  readonly problemsId: string | undefined
  readonly field: { current: HTMLTextAreaElement | null }
}

const linesMin = 18

/** The field has as many rows as lines, so that the numbers beside them need not follow any scrolling. */
export function RuleDocument({ text, onText, wrongLines, problemsId, field }: RuleDocumentProps): JSX.Element {
  const { t } = useApp()
  const id = useId()
  const keys = useTabKey(field)
  const lines = lineCount(text)
  return (
    <div class="rule-document">
      <label for={id}>{t('rules.editor.text')}</label>
      <p class="hint" id={`${id}-keys`}>
        {keys.leaves ? t('rules.editor.leaving') : t('rules.editor.keys')}
      </p>
      <div class="rule-sheet">
        <ol class="rule-lines" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <li key={index} class={wrongLines.has(index + 1) ? 'wrong' : undefined} data-line={index + 1}>
              {index + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={field}
          id={id}
          rows={Math.max(linesMin, lines + 1)}
          value={text}
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-describedby={[`${id}-keys`, problemsId].filter(Boolean).join(' ')}
          aria-invalid={problemsId ? true : undefined}
          onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={keys.onKeyDown}
          onBlur={keys.onBlur}
        />
      </div>
    </div>
  )
}

/** Tab and Enter indent; after Escape, Tab leaves the field. */
function useTabKey(field: { readonly current: HTMLTextAreaElement | null }) {
  const { t, announce } = useApp()
  const [leaves, setLeaves] = useState(false)
  const onKeyDown = (event: KeyboardEvent) => {
    const area = field.current
    if (!area || event.isComposing || event.key === 'Shift') return
    if (event.key === 'Escape') {
      event.preventDefault()
      setLeaves(true)
      return announce(t('rules.editor.leaving'))
    }
    const edit = leaves || event.ctrlKey || event.metaKey || event.altKey ? undefined : editOf(event, area)
    if (event.key !== 'Tab') setLeaves(false)
    if (!edit) return
    event.preventDefault()
    write(area, edit)
  }
  return { leaves, onKeyDown, onBlur: () => setLeaves(false) }
}

function editOf(event: KeyboardEvent, { value, selectionStart, selectionEnd }: HTMLTextAreaElement): Edit | undefined {
  if (event.key === 'Tab') return tabbed(value, selectionStart, selectionEnd, event.shiftKey)
  return event.key === 'Enter' && !event.shiftKey ? entered(value, selectionStart, selectionEnd) : undefined
}

/** Through a command of the browser, since only that can be undone with the keyboard. */
function write(area: HTMLTextAreaElement, { from, to, text, selected }: Edit): void {
  if (area.value.slice(from, to) !== text) {
    area.setSelectionRange(from, to)
    const isWritten = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text)
    if (!isWritten) {
      area.setRangeText(text, from, to)
      area.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
  area.setSelectionRange(...selected)
}
