// Dialogs over the view and panels beside it: Escape closes them, and the focus returns to where it was, or around that.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

type OverProps = {
  readonly title: string
  readonly onClose: () => void
  readonly children?: ComponentChildren
  readonly class?: string
}

/** A modal dialog, open while it is rendered. */
export function Dialog({ title, onClose, children, ...rest }: OverProps): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    // What was pressed may be gone when the dialog closes; what it stood in is not.
    const around = before?.parentElement?.closest('[tabindex]') ?? null
    ref.current?.showModal()
    return () => focusOn(before?.isConnected ? before : around)
  }, [])
  return (
    <dialog
      ref={ref}
      class={`dialog ${rest.class ?? ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <OverHeader id={id} title={title} onClose={onClose} />
      {children}
    </dialog>
  )
}

/** Details beside the view, which stays usable; over it on small screens. Its heading gets the focus, and again when `subject` changes. */
export function Panel({
  title,
  onClose,
  children,
  subject,
  ...rest
}: OverProps & { readonly subject?: string }): JSX.Element {
  const ref = useRef<HTMLElement>(null)
  const before = useRef<Element | null>(null)
  const id = useId()
  useEffect(() => {
    const panel = ref.current
    if (panel !== null && !panel.contains(document.activeElement)) before.current = document.activeElement
    panel?.querySelector('h2')?.focus()
  }, [subject])
  useEffect(
    () => () => {
      const active = document.activeElement
      if (active === null || active === document.body || ref.current?.contains(active)) focusOn(before.current)
    },
    [],
  )
  return (
    <aside
      ref={ref}
      class={`panel ${rest.class ?? ''}`}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.stopPropagation()
        onClose()
      }}
    >
      <OverHeader id={id} title={title} onClose={onClose} />
      {children}
    </aside>
  )
}

function OverHeader({ id, title, onClose }: OverProps & { readonly id: string }): JSX.Element {
  const { t } = useApp()
  return (
    <header class="over-header">
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      <Button look="quiet" aria-label={t('core.close')} onClick={onClose}>
        <Icon name="close" />
      </Button>
    </header>
  )
}

function focusOn(element: Element | null): void {
  if (element instanceof HTMLElement && element.isConnected) element.focus()
}
