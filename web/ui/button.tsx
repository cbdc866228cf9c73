// Buttons and links as HTML elements, so that keyboards and screen readers know them.
import type { ComponentChildren, JSX } from 'preact'
import { useApp } from '../app/context.ts'

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'type' | 'children'> & {
  /** `primary`: the main action of the view; `quiet`: without a frame. */
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet'
  readonly type?: 'button' | 'submit'
  /** Waits for a response: it cannot be pressed again meanwhile, and keeps the focus. */
  readonly busy?: boolean
  /** Cannot be pressed now, and keeps the focus. */
  readonly off?: boolean
  readonly children?: ComponentChildren
}

export function Button({
  look = 'plain',
  type = 'button',
  busy = false,
  off = false,
  onClick,
  ...rest
}: ButtonProps): JSX.Element {
  return (
    <button
      {...rest}
      type={type}
      class={`button ${look} ${rest.class ?? ''}`}
      aria-disabled={busy || off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => (busy || off ? event.preventDefault() : onClick?.(event))}
    />
  )
}

type LinkProps = Omit<JSX.IntrinsicElements['a'], 'href' | 'children' | 'role'> & {
  readonly to: string
  readonly children?: ComponentChildren
}

/** A link to a path of this page: followed without a reload, unless it opens in another tab or window. */
export function Link({ to, ...rest }: LinkProps): JSX.Element {
  const { go } = useApp()
  return (
    <a
      {...rest}
      href={to}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    />
  )
}
