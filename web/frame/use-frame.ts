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

/** How long an announcement stays, in milliseconds: long enough to read a sentence twice. */
const announcedMs = 10_000

/** The last announcement, empty after a while, and a function that announces. The same text twice is two announcements. */
export function useAnnouncements(): [announced: string, announce: (text: string) => void] {
  const [announced, setAnnounced] = useState('')
  const announce = useCallback((text: string) => setAnnounced((last) => (last === text ? `${text}\u00a0` : text)), [])
  useEffect(() => {
    if (announced === '') return
    const end = setTimeout(() => setAnnounced(''), announcedMs)
    return () => clearTimeout(end)
  }, [announced])
  return [announced, announce]
}

/** The same for messages on the screen, which the next press of a key or a pointer removes as well: they cover what is below. */
export function useMessages(): [said: string, say: (text: string) => void] {
  const [said, say] = useAnnouncements()
  useEffect(() => {
    if (said === '') return
    const end = new AbortController()
    for (const press of ['pointerdown', 'keydown'])
      window.addEventListener(press, () => say(''), { signal: end.signal })
    return () => end.abort()
  }, [said, say])
  return [said, say]
}
