// A few words more on hover and focus: they stay while the pointer is on them, and Escape takes them away (WCAG 1.4.13).
import type { ComponentChildren, JSX } from 'preact'
import { useId, useLayoutEffect, useState } from 'preact/hooks'

type HintProps = {
  readonly text: ComponentChildren
  readonly children: ComponentChildren
  /** Whether the keyboard stops here; false for a child that it stops at anyway. */
  readonly reachable?: boolean
  /** What it is to screen readers, for a child that says nothing itself, as an icon does. */
  readonly label?: string
}

export function Hint({ text, children, reachable = true, label }: HintProps): JSX.Element {
  const id = useId()
  const [shown, show] = useState(false)
  useLayoutEffect(() => (shown ? onEscape(() => show(false)) : undefined), [shown])
  const shows = {
    onMouseEnter: () => show(true),
    onMouseLeave: () => show(false),
    onFocusIn: () => show(true),
    onFocusOut: () => show(false),
  }
  return (
    <span class="hinted" {...shows}>
      <span
        class="hinted-word"
        tabIndex={reachable ? 0 : undefined}
        {...(label === undefined ? {} : { role: 'img', 'aria-label': label })}
        aria-describedby={shown ? id : undefined}
      >
        {children}
      </span>
      {shown && (
        <span role="tooltip" id={id} class="tooltip">
          {text}
        </span>
      )}
    </span>
  )
}

/** Takes the next Escape for itself, before what is open under the hint sees it; gives what ends that. */
function onEscape(act: () => void): () => void {
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  document.addEventListener('keydown', pressed, true)
  return () => document.removeEventListener('keydown', pressed, true)
}
