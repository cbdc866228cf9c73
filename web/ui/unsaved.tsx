// Asks before unsaved input is lost: before another path of the page opens, and before the page closes.
import type { JSX } from 'preact'
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button, Dialog } from './index.ts'

/** Render `dialog`; call `release` once everything is saved, so that nothing is asked. */
type Unsaved = { readonly dialog: JSX.Element | null; release(): void }

/**
 * Asks before leaving while input is unsaved. Browsers without the Navigation API ask only before the page closes.
 */
export function useUnsaved(unsaved: boolean): Unsaved {
  const [leave, setLeave] = useState<{ readonly go: () => void } | null>(null)
  const isUnsaved = useRef(unsaved)
  const { go } = useApp()
  const latest = useRef(go)
  latest.current = go
  // Before anything else can happen: what is typed is not lost to the next key.
  useLayoutEffect(() => {
    isUnsaved.current = unsaved
    return unsaved ? guard(isUnsaved, latest, (way) => setLeave({ go: way })) : undefined
  }, [unsaved])
  const release = useCallback(() => {
    isUnsaved.current = false
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

/** Stops navigation and passes on how to continue it; returns the function that ends that. */
function guard(isUnsaved: Ref<boolean>, go: Ref<(path: string) => void>, ask: (way: () => void) => void): () => void {
  const unload = (event: BeforeUnloadEvent) => {
    if (isUnsaved.current) event.preventDefault()
  }
  const navigate = (event: NavigateEvent) => {
    const { destination } = event
    if (!isUnsaved.current || !event.cancelable || !destination.sameDocument) return
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
