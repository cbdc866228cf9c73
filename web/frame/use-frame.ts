// State of the frame: the address, the focus when a view opens, and announcements to screen readers.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { PageAddress, Router } from '../app/router.ts'

/** The page's address; renders again when it changes. */
export function useAddress(router: Router): PageAddress {
  const [address, setAddress] = useState(router.address)
  useLayoutEffect(() => router.subscribe(() => setAddress(router.address())), [router])
  return address
}

/** Moves the focus to the heading of a view when it opens; not of the first one, with which the page itself begins. */
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

/** The last announcement, and a function that announces. The same text twice is two announcements. */
export function useAnnouncements(): [announced: string, announce: (text: string) => void] {
  const [announced, setAnnounced] = useState('')
  const announce = useCallback((text: string) => setAnnounced((last) => (last === text ? `${text}\u00a0` : text)), [])
  return [announced, announce]
}
