// The heading of a view, which gets the focus when the view opens, with the actions of the view beside it.
import type { ComponentChildren, JSX } from 'preact'

export function ViewHeading({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <header class="view-heading">
      <h1 tabIndex={-1}>{title}</h1>
      {children && <div class="view-actions">{children}</div>}
    </header>
  )
}
