// A button that puts a text on the clipboard, and says that it did.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

type CopyProps = {
  readonly text: string
  /** What is copied, as it is told: "IP address". */
  readonly label: string
  /** Words on the button; without them it is an icon alone. */
  readonly caption?: string
}

export function Copy({ text, label, caption }: CopyProps): JSX.Element {
  const { t, announce } = useApp()
  const [copied, setCopied] = useState<string | null>(null)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(text)
        announce(t('core.copied', { label }))
      },
      () => announce(t('core.notCopied')),
    )
  return (
    <Button
      look={caption ? 'plain' : 'quiet'}
      class="copy"
      aria-label={caption ? undefined : t('core.copy', { label })}
      onClick={copy}
    >
      <Icon name={copied === text ? 'check' : 'copy'} />
      {caption}
    </Button>
  )
}
