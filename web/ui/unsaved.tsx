// Asks before what was typed is lost: on the way to another place of the page, and when the page itself goes.
import type { JSX } from 'preact'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button, Dialog } from './index.ts'

/** `dialog` is to be rendered; `release` lets the next step go unasked, once everything is saved. */
export type Unsaved = { readonly dialog: JSX.Element | null; release(): void }

/**
 * Keeps people here while something is unsaved, until they say that it may go. Browsers without the Navigation API ask only
 * when the page itself goes.
 */
export function useUnsaved(unsaved: boolean): Unsaved {
  const [leave, setLeave] = useState<{ readonly go: () => void } | null>(null)
  const held = useRef(unsaved)
  const { go } = useApp()
  const latest = useRef(go)
  latest.current = go
  useEffect(() => {
    held.current = unsaved
    return unsaved ? holding(held, latest, (way) => setLeave({ go: way })) : undefined
  }, [unsaved])
  const release = useCallback(() => {
    held.current = false
  }, [])

  const dialog = leave && (
    <LeaveDialog
      onStay={() => setLeave(null)}
      onLeave={() => {
        release()
        setLeave(null)
        leave.go()
      }}
    />
  )
  return { dialog, release }
}

type Ref<T> = { readonly current: T }

/** Stops what leads away, and hands over the way to go on; gives what ends that. */
function holding(held: Ref<boolean>, go: Ref<(path: string) => void>, ask: (way: () => void) => void): () => void {
  const unload = (event: BeforeUnloadEvent) => {
    if (held.current) event.preventDefault()
  }
  const navigate = (event: NavigateEvent) => {
    const { destination } = event
    if (!held.current || !event.cancelable || !destination.sameDocument) return
    const { pathname, search } = new URL(destination.url)
    if (pathname + search === location.pathname + location.search) return
    event.preventDefault()
    ask(() =>
      event.navigationType === 'traverse' ? navigation.traverseTo(destination.key) : go.current(pathname + search),
    )
  }
  window.addEventListener('beforeunload', unload)
  const hasNavigation = 'navigation' in window
  if (hasNavigation) navigation.addEventListener('navigate', navigate)
  return () => {
    window.removeEventListener('beforeunload', unload)
    if (hasNavigation) navigation.removeEventListener('navigate', navigate)
  }
}

function LeaveDialog({ onStay, onLeave }: { readonly onStay: () => void; readonly onLeave: () => void }): JSX.Element {
  const { t } = useApp()
  return (
    <Dialog title={t('rules.unsaved.title')} onClose={onStay}>
      <p>{t('rules.unsaved.text')}</p>
      <div class="actions">
        <Button look="danger" onClick={onLeave}>
          {t('rules.unsaved.leave')}
        </Button>
        <Button onClick={onStay}>{t('rules.unsaved.stay')}</Button>
      </div>
    </Dialog>
  )
}
