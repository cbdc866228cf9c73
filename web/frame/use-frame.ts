// What the frame keeps track of: the address, where the focus goes when a view is come to, and what is read out.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Place, Router } from '../app/router.ts'

/** Where the page is, rendered again when that changes. */
export function usePlace(router: Router): Place {
  const [place, setPlace] = useState(router.place)
  useLayoutEffect(() => router.subscribe(() => setPlace(router.place())), [router])
  return place
}

/** Puts the focus on the heading of a view that is gone to; not on the first one, which the page itself begins with. */
export function useFocusOnArrival(view: string | null): void {
  const before = useRef<string | null>(null)
  useEffect(() => {
    if (view === null) return
    if (before.current !== null && before.current !== view) {
      window.scrollTo(0, 0)
      document.querySelector<HTMLElement>('main h1')?.focus()
    }
    before.current = view
  }, [view])
}

/** What was announced last, and a function that announces. The same words twice are two announcements. */
export function useAnnouncements(): [said: string, announce: (text: string) => void] {
  const [said, say] = useState('')
  const announce = useCallback((text: string) => say((last) => (last === text ? `${text}\u00a0` : text)), [])
  return [said, announce]
}
