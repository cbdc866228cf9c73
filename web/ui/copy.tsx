// A button that copies a text to the clipboard and announces it.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

type CopyProps = {
  readonly text: string
  /** What is copied, as it is announced: "IP address". */
  readonly label: string
  /** Text on the button; without it the button is only an icon. */
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
