// A secret that is shown once: closing the dialog removes it from the page.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { Button } from './button.tsx'
import { Copy } from './copy.tsx'
import { Dialog } from './dialog.tsx'

type ShownOnceProps = {
  readonly title: string
  readonly text: string
  /** Each with its name, in the order to show them. */
  readonly values: readonly { readonly name: string; readonly value: string }[]
  readonly onClose: () => void
}

/** Shows secrets, each to be copied. */
export function ShownOnce({ title, text, values, onClose }: ShownOnceProps): JSX.Element {
  const { t } = useApp()
  return (
    <Dialog title={title} onClose={onClose} class="signing-secret">
      <p>{text}</p>
      {values.map(({ name, value }) => (
        <p class="command" key={name}>
          {name}: <code>{value}</code> <Copy text={value} label={name} />
        </p>
      ))}
      <div class="actions">
        <Button look="primary" onClick={onClose}>
          {t('core.done')}
        </Button>
      </div>
    </Dialog>
  )
}
