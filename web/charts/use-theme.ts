// Redraws canvases when the colors of the page change.
import { useEffect, useState } from 'preact/hooks'

/** A number that grows with each change of the theme, on the page or by the system. */
export function useTheme(): number {
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    const changed = () => setChanges((before) => before + 1)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', changed)
    const page = new MutationObserver(changed)
    page.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      system.removeEventListener('change', changed)
      page.disconnect()
    }
  }, [])
  return changes
}
