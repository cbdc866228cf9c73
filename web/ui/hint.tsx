// A tooltip on hover and focus: it stays while the pointer is on it, and Escape closes it (WCAG 1.4.13).
import type { ComponentChildren, JSX } from 'preact'
import { useId, useLayoutEffect, useState } from 'preact/hooks'

type HintProps = {
  readonly text: ComponentChildren
  readonly children: ComponentChildren
  /** Whether Tab stops here; false for a child that has a tab stop itself. */
  readonly reachable?: boolean
  /** The name for screen readers, for a child without text, such as an icon. */
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

/** Handles the next Escape before anything under the tooltip sees it; returns the function that ends that. */
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
