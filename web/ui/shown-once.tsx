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
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <dl class="shown-once">
        {values.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="command">
              <code>{value}</code>
              <Copy text={value} label={name} />
            </dd>
          </div>
        ))}
      </dl>
      <div class="actions">
        <Button look="primary" onClick={onClose}>
          {t('core.done')}
        </Button>
      </div>
    </Dialog>
  )
}
