// Moves the focus to the heading when one part of a view replaces another.
import { useEffect, useRef } from 'preact/hooks'

/** Focuses the view's heading when `subject` changes; not on the first render. Null: another element takes the focus. */
export function useArrival(subject: string | null): void {
  const before = useRef(subject)
  useEffect(() => {
    const isSame = before.current === subject
    before.current = subject
    if (isSame || subject === null) return
    window.scrollTo(0, 0)
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [subject])
}
