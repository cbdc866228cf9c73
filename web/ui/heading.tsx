// The heading of a view, which gets the focus when the view opens, with the actions of the view beside it.
import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Whether the heading that went last had the focus: the next one, of the same view once it is loaded, takes it over. */
let focusWent = false

export function ViewHeading({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  const ref = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    const heading = ref.current
    if (focusWent && document.activeElement === document.body) heading?.focus()
    focusWent = false
    return () => {
      focusWent = document.activeElement === heading
    }
  }, [])
  return (
    <header class="view-heading">
      <h1 ref={ref} tabIndex={-1}>
        {title}
      </h1>
      {children && <div class="view-actions">{children}</div>}
    </header>
  )
}
