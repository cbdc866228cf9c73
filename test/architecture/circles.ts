// Circles in a graph of imports.

/** The groups of nodes that reach each other in a circle, largest first; each sorted. (Tarjan's strongly connected components.) */
export function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const [index, low] = [new Map<string, number>(), new Map<string, number>()]
  const stack: string[] = []
  const circles: string[][] = []
  const lower = (node: string, to: number | undefined) => low.set(node, Math.min(low.get(node) ?? 0, to ?? 0))

  const visit = (node: string) => {
    index.set(node, index.size)
    low.set(node, index.get(node) ?? 0)
    stack.push(node)
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next)
        lower(node, low.get(next))
      } else if (stack.includes(next)) lower(node, index.get(next))
    }
    if (low.get(node) !== index.get(node)) return
    const circle = stack.splice(stack.indexOf(node))
    if (circle.length > 1) circles.push(circle.toSorted())
  }
  for (const node of edges.keys()) if (!index.has(node)) visit(node)
  return circles.toSorted((a, b) => b.length - a.length)
}
